"""The office: its folder, its signed documents, and the people who keep its keys."""

from portal.office.config import OfficeConfig, OfficeText, load_config, read_config, sample_config_text
from portal.office.draft import DirectoryChange, Draft, EnrolledMember, draft_directory, members_of
from portal.office.errors import (
    ConfigRefused,
    KeeperFileRefused,
    NothingToSign,
    OfficeError,
    OfficeExists,
    OfficeMissing,
    TooFewKeepers,
)
from portal.office.folder import OfficeFolder
from portal.office.founding import FoundedOffice, init_office, root_document
from portal.office.keepers import read_keeper, write_keeper
from portal.office.poster import poster_text
from portal.office.recovery import PaperShare, SharesRefused, join_recovery, split_recovery
from portal.office.signing import SignedDirectory, publish_draft, rotate_office, sign_directory

__all__ = [
    "ConfigRefused",
    "DirectoryChange",
    "Draft",
    "EnrolledMember",
    "FoundedOffice",
    "KeeperFileRefused",
    "NothingToSign",
    "OfficeConfig",
    "OfficeError",
    "OfficeExists",
    "OfficeFolder",
    "OfficeMissing",
    "OfficeText",
    "PaperShare",
    "SharesRefused",
    "SignedDirectory",
    "TooFewKeepers",
    "draft_directory",
    "init_office",
    "join_recovery",
    "load_config",
    "members_of",
    "poster_text",
    "publish_draft",
    "read_config",
    "read_keeper",
    "root_document",
    "rotate_office",
    "sample_config_text",
    "sign_directory",
    "split_recovery",
    "write_keeper",
]
