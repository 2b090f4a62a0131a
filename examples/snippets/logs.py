# [start: dict_config]
from logging.config import dictConfig

from erlen import Erlen

dictConfig(
    {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"level": "INFO", "handlers": ["console"]},
    }
)

app = Erlen(__name__)
# [end: dict_config]


# [start: use]
@app.get("/lend/<title>")
def lend(title):
    app.logger.info("lent %s", title)
    return "", 204


# [end: use]
