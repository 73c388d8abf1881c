"""The running numbers of cases: given without gaps, and given back only from the end."""

from __future__ import annotations

from .models import CaseYear


def locked_numbers(year: int) -> CaseYear:
    """The year's numbers, held until the transaction ends: one at a time gives numbers."""
    CaseYear.objects.get_or_create(pk=year)
    return CaseYear.objects.select_for_update().get(pk=year)


def next_numbers(year: int, count: int) -> list[str]:
    """The next numbers of the year; a transaction that fails gives them back, so there are no gaps."""
    return taken(locked_numbers(year), count)


def taken(numbers: CaseYear, count: int = 1) -> list[str]:
    """The same of a year that the caller has locked already."""
    first, numbers.last = numbers.last + 1, numbers.last + count
    numbers.save()
    return [f"{numbers.year}-{number:06d}" for number in range(first, numbers.last + 1)]


def not_at_the_end(numbers: list[str]) -> str:
    """The last number of a year that was given after these, so that giving these back would leave a gap; "" where they
    are the last. Years are independent of each other."""
    for year, given in _by_year(numbers).items():
        last = CaseYear.objects.filter(pk=year).values_list("last", flat=True).first() or 0
        if set(range(last - len(given) + 1, last + 1)) != given:
            return f"{year}-{last:06d}"
    return ""


def give_back(numbers: list[str]) -> None:
    """Give the last numbers back, inside the caller's transaction.

    Raises:
        ValueError: a number was given after them.
    """
    for year, given in _by_year(numbers).items():
        counter = locked_numbers(year)
        if counter.last != max(given) or counter.last - len(given) + 1 != min(given):
            raise ValueError(f"{year}-{counter.last:06d} was given after them")
        counter.last -= len(given)
        if counter.last:
            counter.save()
        else:
            counter.delete()


def _by_year(numbers: list[str]) -> dict[int, set[int]]:
    given: dict[int, set[int]] = {}
    for number in numbers:
        year, _, serial = number.partition("-")
        given.setdefault(int(year), set()).add(int(serial))
    return given
