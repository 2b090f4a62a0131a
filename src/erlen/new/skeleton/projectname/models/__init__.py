"""The models. Import them from here, so that all of them are known together."""

from .note import Note as Note
from .user import User as User
