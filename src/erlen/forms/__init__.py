"""Forms on WTForms: bound to the request, guarded against forgery, in the client's language.

Needs the extra ``forms``. Fields, validators and widgets are those of :mod:`wtforms`.
"""

from __future__ import annotations

from .csrf import CSRFError as CSRFError
from .csrf import CSRFProtect as CSRFProtect
from .csrf import generate_csrf as generate_csrf
from .csrf import validate_csrf as validate_csrf
from .file import FileAllowed as FileAllowed
from .file import FileField as FileField
from .file import FileRequired as FileRequired
from .file import FileSize as FileSize
from .file import MultipleFileField as MultipleFileField
from .form import FlaskForm as FlaskForm
from .form import Form as Form
from .macros import register_macros as register_macros
from .model import ModelForm as ModelForm

__all__ = [
    "Form",
    "FlaskForm",
    "ModelForm",
    "CSRFProtect",
    "CSRFError",
    "generate_csrf",
    "validate_csrf",
    "FileField",
    "MultipleFileField",
    "FileRequired",
    "FileAllowed",
    "FileSize",
    "register_macros",
]
