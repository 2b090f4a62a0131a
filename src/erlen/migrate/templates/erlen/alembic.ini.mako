# Configuration of the migrations. What the application knows, it says itself: see
# Migrate(app, db, ...). The database's address comes from its configuration.

[alembic]
# how the files of new migrations are named
# file_template = %%(year)d%%(month).2d%%(day).2d_%%(rev)s_%%(slug)s

# set to true to run env.py also for the command "revision"
# revision_environment = false
