"""What may stand in an address, as the parameters of the functions that answer it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query

Text = Annotated[str, Query(max_length=500)]
Findings = Annotated[list[str], Query(max_length=100)]
AtSite = Annotated[str, Query(alias="site")]
Letter = Annotated[str, Query(max_length=1)]
LetterInPath = Annotated[str, Path(max_length=1)]
Number = Annotated[int, Query(ge=1, le=10_000)]
NumberInPath = Annotated[int, Path(ge=1, le=10_000)]
Helped = Annotated[bool, Query(description="Help is there: rank what is alarming as well.")]
