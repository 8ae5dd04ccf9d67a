//! `<domain:transfer>`: only the question how a transfer stands. No transfer can be asked for here yet, so the answer is
//! always that there is none.

use eppgate_epp::ResultCode;
use eppgate_epp::command::ReceivedCommand;
use eppgate_epp::domain::Transfer;
use eppgate_epp::types::TransferOp;
use eppgate_epp::xml::Named;

use crate::flows::{Outcome, Refusal, View, mismatch, no_extensions};

/// `op="query"` as it was read.
pub(crate) struct Query {
    transfer: Transfer,
}

impl Query {
    pub(super) fn read(command: &ReceivedCommand<'_>) -> Result<Self, Refusal> {
        no_extensions(command)?;
        let object =
            command.object().filter(|object| object.is(Transfer::NS, Transfer::NAME)).ok_or_else(mismatch)?;
        Ok(Self { transfer: Transfer::decode_op(TransferOp::Query, object)? })
    }

    pub(super) fn run(self, view: &View<'_>) -> Result<Outcome, Refusal> {
        view.domain(&self.transfer.name)?;
        Err(ResultCode::NOT_PENDING_TRANSFER.into())
    }
}
