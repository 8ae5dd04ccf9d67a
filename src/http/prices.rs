//! Rate cards and quotes.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;

use crate::http::auth::{Reading, Writing};
use crate::http::extract::{Body, Path};
use crate::http::problem::Problem;
use crate::http::render::{Data, Quote, RateCard};
use crate::service::{AskQuote, Gateway};

/// `GET T/rate_card`
pub(super) async fn rate_cards(
    State(gateway): State<Gateway>,
    Reading(caller): Reading,
) -> Result<Json<Data<Vec<RateCard>>>, Problem> {
    let cards = gateway.rate_cards(&caller).await?;
    Ok(Data::of(cards.iter().map(RateCard::from).collect()))
}

#[derive(Deserialize)]
pub(super) struct TldPath {
    tld: String,
}

/// `GET T/tlds/:tld/rate_card`
pub(super) async fn rate_card(
    State(gateway): State<Gateway>,
    Reading(caller): Reading,
    Path(TldPath { tld }): Path<TldPath>,
) -> Result<Json<Data<RateCard>>, Problem> {
    Ok(Data::of(RateCard::from(&gateway.rate_card(&caller, &tld).await?)))
}

/// A field that is missing has a code of its own.
#[derive(Deserialize)]
pub(super) struct QuoteBody {
    fqdn: Option<String>,
    operation: Option<String>,
    period: Option<i64>,
    tier: Option<String>,
    premium_class: Option<String>,
}

/// `POST T/quotes`
pub(super) async fn quote(
    State(gateway): State<Gateway>,
    Writing(caller): Writing,
    Body(body): Body<QuoteBody>,
) -> Result<Json<Data<Quote>>, Problem> {
    let QuoteBody { fqdn, operation, period, tier, premium_class } = body;
    let ask = AskQuote { fqdn, operation, period, tier, premium_class };
    Ok(Data::of(Quote::from(&gateway.quote(&caller, ask).await?)))
}
