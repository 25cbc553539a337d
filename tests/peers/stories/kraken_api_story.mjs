// kraken-api (npm) against a sandbox: forms only, nonces of microseconds.
import { createRequire } from "node:module";

const KrakenClient = createRequire(import.meta.url)("kraken-api");
const box = JSON.parse(process.env.SANDBOX);
const seen = {};

const kraken = new KrakenClient(box.keys.spot.key, box.keys.spot.secret, { url: box.rest });
seen.levels = (await kraken.api("Depth", { pair: "XBTUSD", count: 5 })).result.XXBTZUSD.asks.length;
seen.balance = (await kraken.api("Balance")).result.XXBT;
const terms = { pair: "XBTUSD", type: "buy", ordertype: "limit", price: "20000", volume: "0.01" };
const { txid } = (await kraken.api("AddOrder", terms)).result;
seen.open = (await kraken.api("OpenOrders")).result.open[txid[0]].descr.order;
seen.cancelled = (await kraken.api("CancelOrder", { txid: txid[0] })).result.count;
seen.refused = await kraken.api("Ticker", { pair: "WWWUSD" }).catch((error) => error.message);

console.log(JSON.stringify(seen));
