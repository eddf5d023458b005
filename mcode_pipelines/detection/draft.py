"""A question while it is being found."""

from __future__ import annotations

from dataclasses import dataclass, field

from mcode_pipelines.survey import Choice, Kind, NumberStyle, Remark, Variable


@dataclass
class Draft:
    """What is known so far of one question; becomes a Variable at the end."""

    name: str
    label: str
    kind: Kind
    columns: list[str]
    choices: list[Choice] = field(default_factory=list)
    delimiter: str | None = None
    missing: list[str] = field(default_factory=list)
    group: str | None = None
    battery: str | None = None
    """The stem or list it shares with sibling questions."""
    other_of: str | None = None
    other_code: str | None = None
    personal: bool = False
    demographic: bool = False
    weight: bool = False
    confidence: float = 0.5
    evidence: list[str] = field(default_factory=list)
    declared: bool = False
    """A form or a dictionary states its kind."""
    listed: bool = False
    """Its choices are stated, not collected from the answers."""
    open_list: bool = False
    """Answers that its list lacks are choices too."""
    leads: int = 0
    """How many codes of `other_of` lead to it by the form."""

    nps: bool = False
    ordered: bool = False
    names: bool = False
    characteristic: str | None = None
    counted: str | None = None
    written: NumberStyle | None = None
    versions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    place: int | None = None
    member_of: Draft | None = None
    """The set that has a table of its own, of which this is one column."""
    remarks: list[Remark] = field(default_factory=list)

    def tell(self, en: str, id_: str) -> Draft:
        """Adds a remark: what was guessed, merged or left out and changes a figure, in both languages."""
        self.remarks.append(Remark(en=en, id=id_))
        return self

    def because(self, reason: str, confidence: float | None = None) -> Draft:
        """Adds a reason, and sets the confidence where one is given."""
        self.evidence.append(reason)
        if confidence is not None:
            self.confidence = confidence
        return self

    def finished(self, name: str) -> Variable:
        """The variable, under its final name."""
        return Variable(
            name=name,
            label=self.label or name,
            kind=self.kind,
            columns=tuple(self.columns),
            choices=tuple(self.choices),
            delimiter=self.delimiter,
            missing=tuple(dict.fromkeys(self.missing)),
            group=self.group or self.battery,
            other_of=self.other_of,
            other_code=self.other_code,
            personal=self.personal,
            demographic=self.demographic,
            weight=self.weight,
            nps=self.nps,
            ordered=self.ordered,
            names=self.names,
            characteristic=self.characteristic,
            shared_list=self._columns_share_a_list,
            counted=self.counted,
            written=self.written,
            versions=self.versions,
            place=self.place,
            member_of=self.member_of.name if self.member_of else None,
            remarks=tuple(dict.fromkeys(self.remarks)),
            confidence=round(min(max(self.confidence, 0.0), 1.0), 2),
            evidence=tuple(dict.fromkeys(self.evidence)),
        )

    @property
    def _columns_share_a_list(self) -> bool:
        several = self.kind is Kind.MULTI_CHOICE and len(self.columns) > 1 and self.delimiter is None
        return several and not any(c.column for c in self.choices)
