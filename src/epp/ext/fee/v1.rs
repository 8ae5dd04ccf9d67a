//! The elements of RFC 8748 as types of their own, found and written by type like those of any other extension. They are
//! for who speaks this version only; who meets the drafts uses the model.

use super::{Agreed, Charged, Check, ChkData, Dialect, NS};
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

impl Named for Check {
    const NS: Namespace = NS;
    const NAME: &'static str = "check";
}

impl Encode for Check {
    fn encode(&self, to: &mut Writer) {
        Dialect::V1_0.check(self, &[]).encode(to);
    }
}

impl Named for ChkData {
    const NS: Namespace = NS;
    const NAME: &'static str = "chkData";
}

impl Encode for ChkData {
    fn encode(&self, to: &mut Writer) {
        Dialect::V1_0.chk_data(self).encode(to);
    }
}

/// `<fee:create>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create(pub Agreed);

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Agreed::decode(from).map(Self)
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        Dialect::V1_0.create(&self.0).encode(to);
    }
}

/// `<fee:renew>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renew(pub Agreed);

impl Named for Renew {
    const NS: Namespace = NS;
    const NAME: &'static str = "renew";
}

impl Decode for Renew {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Agreed::decode(from).map(Self)
    }
}

impl Encode for Renew {
    fn encode(&self, to: &mut Writer) {
        Dialect::V1_0.renew(&self.0).encode(to);
    }
}

/// `<fee:transfer>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer(pub Agreed);

impl Named for Transfer {
    const NS: Namespace = NS;
    const NAME: &'static str = "transfer";
}

impl Decode for Transfer {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Agreed::decode(from).map(Self)
    }
}

impl Encode for Transfer {
    fn encode(&self, to: &mut Writer) {
        Dialect::V1_0.transfer(&self.0).encode(to);
    }
}

/// `<fee:update>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update(pub Agreed);

impl Named for Update {
    const NS: Namespace = NS;
    const NAME: &'static str = "update";
}

impl Decode for Update {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Agreed::decode(from).map(Self)
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        Dialect::V1_0.update(&self.0).encode(to);
    }
}

/// `<fee:creData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreData(pub Charged);

impl Named for CreData {
    const NS: Namespace = NS;
    const NAME: &'static str = "creData";
}

impl Decode for CreData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Charged::decode(from).map(Self)
    }
}

impl Encode for CreData {
    fn encode(&self, to: &mut Writer) {
        Dialect::V1_0.cre_data(&self.0).encode(to);
    }
}

/// `<fee:renData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenData(pub Charged);

impl Named for RenData {
    const NS: Namespace = NS;
    const NAME: &'static str = "renData";
}

impl Decode for RenData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Charged::decode(from).map(Self)
    }
}

impl Encode for RenData {
    fn encode(&self, to: &mut Writer) {
        Dialect::V1_0.ren_data(&self.0).encode(to);
    }
}

/// `<fee:trnData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrnData(pub Charged);

impl Named for TrnData {
    const NS: Namespace = NS;
    const NAME: &'static str = "trnData";
}

impl Decode for TrnData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Charged::decode(from).map(Self)
    }
}

impl Encode for TrnData {
    fn encode(&self, to: &mut Writer) {
        Dialect::V1_0.trn_data(&self.0).encode(to);
    }
}

/// `<fee:updData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdData(pub Charged);

impl Named for UpdData {
    const NS: Namespace = NS;
    const NAME: &'static str = "updData";
}

impl Decode for UpdData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Charged::decode(from).map(Self)
    }
}

impl Encode for UpdData {
    fn encode(&self, to: &mut Writer) {
        Dialect::V1_0.upd_data(&self.0).encode(to);
    }
}

/// `<fee:delData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DelData(pub Charged);

impl Named for DelData {
    const NS: Namespace = NS;
    const NAME: &'static str = "delData";
}

impl Decode for DelData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Charged::decode(from).map(Self)
    }
}

impl Encode for DelData {
    fn encode(&self, to: &mut Writer) {
        Dialect::V1_0.del_data(&self.0).encode(to);
    }
}
