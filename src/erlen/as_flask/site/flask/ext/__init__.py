"""`flask.ext.*` was a second name of extensions until Flask 1.0; see `finder.refuse_ext`."""
