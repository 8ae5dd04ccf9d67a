//! The versions of the fee extension: which there are, which one to speak, and how each differs from the one before.

use super::{Cd, Namespace};

/// A version of the extension. The drafts before RFC 8748 live on at registries, each with its own namespace and shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// `fee-0.4`
    V0_4,
    /// `fee-0.5`
    V0_5,
    /// `fee-0.6`
    V0_6,
    /// `fee-0.7`
    V0_7,
    /// `fee-0.8`
    V0_8,
    /// `fee-0.9`
    V0_9,
    /// `fee-0.11`
    V0_11,
    /// `fee-0.12`
    V0_12,
    /// `fee-0.21`
    V0_21,
    /// `fee-0.23`
    V0_23,
    /// `epp:fee-1.0`, RFC 8748
    V1_0,
}

impl Dialect {
    /// All versions, oldest first.
    pub const ALL: [Self; 11] = [
        Self::V0_4,
        Self::V0_5,
        Self::V0_6,
        Self::V0_7,
        Self::V0_8,
        Self::V0_9,
        Self::V0_11,
        Self::V0_12,
        Self::V0_21,
        Self::V0_23,
        Self::V1_0,
    ];

    /// Best first. 0.8 and 0.9 mark a standard name as such, 0.5 may mark a premium one; 0.6 and 0.7 leave it to guessing.
    /// 0.4 cannot ask for several names and is only understood.
    const PREFERRED: [Self; 10] = [
        Self::V1_0,
        Self::V0_23,
        Self::V0_21,
        Self::V0_12,
        Self::V0_11,
        Self::V0_8,
        Self::V0_9,
        Self::V0_5,
        Self::V0_6,
        Self::V0_7,
    ];

    /// The version to speak: the pinned one, whatever the registry announces; else the best of those it `speaks`, which
    /// is asked with namespace URIs.
    #[must_use]
    pub fn choose(speaks: impl Fn(&str) -> bool, pin: Option<Self>) -> Option<Self> {
        pin.or_else(|| {
            let spoken =
                |dialect: &Self| speaks(dialect.ns().uri) || (*dialect == Self::V1_0 && speaks(MISTAKEN));
            Self::PREFERRED.into_iter().find(spoken)
        })
    }

    /// The version of a namespace URI. One that RFC 8748 does not know is taken for 1.0, since some registries and
    /// clients write it.
    #[must_use]
    pub fn of(uri: &str) -> Option<Self> {
        if uri == MISTAKEN {
            return Some(Self::V1_0);
        }
        Self::ALL.into_iter().find(|dialect| dialect.ns().uri == uri)
    }

    /// The version of its number, such as `0.11`.
    #[must_use]
    pub fn from_version(version: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.version() == version)
    }

    /// Its number, such as `0.11`.
    #[must_use]
    pub const fn version(self) -> &'static str {
        self.shape().version
    }

    /// Its namespace.
    #[must_use]
    pub const fn ns(self) -> Namespace {
        Namespace { uri: self.shape().uri, prefix: "fee" }
    }

    /// Whether a check asks about all commands at once. Where it does not, [`Check::split`](super::Check::split) makes a
    /// check for each.
    #[must_use]
    pub fn asks_all_at_once(self) -> bool {
        !matches!(self.shape().ask, Ask::Whole | Ask::One)
    }

    /// The tier of a premium name, in the registry's word for it; `premium` where there is none.
    #[must_use]
    pub fn premium(self, cd: &Cd) -> Option<&str> {
        let classes = cd.commands.iter().map(|command| &command.command.class);
        let tier = std::iter::once(&cd.class).chain(classes).flatten().find(|class| !self.is_standard(class));
        let marked = cd.premium == Some(true)
            || (cd.class.is_none() && cd.commands.iter().any(|command| command.standard == Some(false)));
        tier.map(String::as_str).or_else(|| marked.then_some("premium"))
    }

    fn is_standard(self, class: &str) -> bool {
        let class = class.to_ascii_lowercase();
        class == "standard"
            || (self.shape().class_at_will && STANDARD.iter().any(|word| class.contains(word)))
    }

    pub(super) const fn shape(self) -> &'static Shape {
        match self {
            Self::V0_4 => &V0_4,
            Self::V0_5 => &V0_5,
            Self::V0_6 => &V0_6,
            Self::V0_7 => &V0_7,
            Self::V0_8 => &V0_8,
            Self::V0_9 => &V0_9,
            Self::V0_11 => &V0_11,
            Self::V0_12 => &V0_12,
            Self::V0_21 => &V0_21,
            Self::V0_23 => &V0_23,
            Self::V1_0 => &V1_0,
        }
    }
}

impl std::fmt::Display for Dialect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.version())
    }
}

/// How a version writes what the model holds. Reading needs none of it: the forms tell themselves apart.
pub(super) struct Shape {
    version: &'static str,
    uri: &'static str,
    /// The specification.
    pub(super) document: &'static str,
    pub(super) ask: Ask,
    /// The element with the command in it, as long as that is text.
    pub(super) command: &'static str,
    /// Commands are of a closed list: others are `custom`, with `customName`.
    pub(super) custom_name: bool,
    pub(super) object: Object,
    /// `info` and `infData` are there.
    pub(super) info: bool,
    pub(super) fee: FeeAttributes,
    /// `credit` may stand beside fees; else it stands in `delData` only, and alone.
    pub(super) credits: bool,
    /// `delData` tells fees, too.
    pub(super) del_fees: bool,
    pub(super) period: PeriodIn,
    pub(super) balance: BalanceIn,
    pub(super) class: ClassAt,
    /// Names of classes are each registry's own: what is standard must be guessed.
    class_at_will: bool,
    pub(super) avail: AvailAt,
    pub(super) reason: Reason,
    /// `date` and `notAfter` limit prices in time.
    pub(super) dates: bool,
    /// `standard` marks a command's price.
    pub(super) standard: bool,
}

/// How a check asks, and so how it is answered.
#[derive(Clone, Copy)]
pub(super) enum Ask {
    /// The check is one question about one object.
    Whole,
    /// Such an element for each question about one object, and a `cd` for each answer.
    Each(&'static str),
    /// The check is one question about all objects; a `cd` for each answer.
    One,
    /// A `command` element for each question about all objects; a `cd` for each object, its answers in it.
    List,
}

/// How the object of a question or answer is written.
#[derive(Clone, Copy)]
pub(super) enum Object {
    /// Text of such an element.
    Name(&'static str),
    /// `objID`
    Id,
    /// `object`, and in it the object's own element.
    Wrapped,
}

/// The attributes of `fee` and `credit`: each stage has those before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum FeeAttributes {
    Nothing,
    /// `description`, and of a fee `refundable` and `grace-period`.
    Description,
    /// `applied` of a fee.
    Applied,
    /// `lang`
    Lang,
}

/// Which results tell a `period`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum PeriodIn {
    Nothing,
    Transfer,
    All,
}

/// Which results tell `balance` and `creditLimit`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum BalanceIn {
    Nothing,
    AllButTransfer,
    All,
}

/// Where `class` stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ClassAt {
    Nowhere,
    Cd,
    Command,
}

/// Where `avail` stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum AvailAt {
    Nowhere,
    Cd,
    Command,
}

/// Whether an answer can give a reason.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    No,
    Plain,
    /// With a language; also for a whole `cd`.
    Lang,
}

const V0_4: Shape = Shape {
    version: "0.4",
    uri: "urn:ietf:params:xml:ns:fee-0.4",
    document: "draft-brown-epp-fees-01",
    ask: Ask::Whole,
    command: "action",
    custom_name: false,
    object: Object::Name("domain"),
    info: true,
    fee: FeeAttributes::Nothing,
    credits: false,
    del_fees: false,
    period: PeriodIn::Nothing,
    balance: BalanceIn::Nothing,
    class: ClassAt::Nowhere,
    class_at_will: true,
    avail: AvailAt::Nowhere,
    reason: Reason::No,
    dates: false,
    standard: false,
};

const V0_5: Shape = Shape {
    version: "0.5",
    uri: "urn:ietf:params:xml:ns:fee-0.5",
    document: "draft-brown-epp-fees-02",
    ask: Ask::Each("domain"),
    command: "command",
    object: Object::Name("name"),
    fee: FeeAttributes::Description,
    balance: BalanceIn::All,
    class: ClassAt::Cd,
    ..V0_4
};

const V0_6: Shape = Shape {
    version: "0.6",
    uri: "urn:ietf:params:xml:ns:fee-0.6",
    document: "draft-brown-epp-fees-03",
    fee: FeeAttributes::Applied,
    period: PeriodIn::Transfer,
    ..V0_5
};

const V0_7: Shape = Shape {
    version: "0.7",
    uri: "urn:ietf:params:xml:ns:fee-0.7",
    document: "draft-brown-epp-fees-04",
    credits: true,
    ..V0_6
};

const V0_8: Shape = Shape {
    version: "0.8",
    uri: "urn:ietf:params:xml:ns:fee-0.8",
    document: "draft-brown-epp-fees-05",
    info: false,
    balance: BalanceIn::AllButTransfer,
    class_at_will: false,
    ..V0_7
};

const V0_9: Shape = Shape {
    version: "0.9",
    uri: "urn:ietf:params:xml:ns:fee-0.9",
    document: "draft-brown-epp-fees-06",
    ask: Ask::Each("object"),
    object: Object::Id,
    ..V0_8
};

const V0_11: Shape = Shape {
    version: "0.11",
    uri: "urn:ietf:params:xml:ns:fee-0.11",
    document: "draft-brown-epp-fees-07",
    ask: Ask::One,
    object: Object::Wrapped,
    avail: AvailAt::Cd,
    reason: Reason::Plain,
    ..V0_9
};

const V0_12: Shape = Shape {
    version: "0.12",
    uri: "urn:ietf:params:xml:ns:fee-0.12",
    document: "draft-ietf-regext-epp-fees-00",
    ask: Ask::List,
    del_fees: true,
    balance: BalanceIn::All,
    class: ClassAt::Command,
    avail: AvailAt::Command,
    dates: true,
    ..V0_11
};

/// Written after 0.23 and messages of registries: the draft's schema is not to be found.
const V0_21: Shape = Shape {
    version: "0.21",
    uri: "urn:ietf:params:xml:ns:fee-0.21",
    document: "draft-ietf-regext-epp-fees",
    custom_name: true,
    object: Object::Id,
    period: PeriodIn::All,
    avail: AvailAt::Cd,
    reason: Reason::Lang,
    dates: false,
    ..V0_12
};

const V0_23: Shape = Shape { version: "0.23", uri: "urn:ietf:params:xml:ns:fee-0.23", ..V0_21 };

const V1_0: Shape = Shape {
    version: "1.0",
    uri: "urn:ietf:params:xml:ns:epp:fee-1.0",
    document: "RFC 8748",
    fee: FeeAttributes::Lang,
    class: ClassAt::Cd,
    standard: true,
    ..V0_23
};

/// What stands for 1.0 where the URI was taken from the drafts' pattern.
const MISTAKEN: &str = "urn:ietf:params:xml:ns:fee-1.0";
/// Parts of the names that registries gave their standard classes.
const STANDARD: [&str; 4] = ["standard", "default", "normal", "discount"];
