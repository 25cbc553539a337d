// node-kraken-api against a sandbox: REST, and Spot WebSocket v1 with its own check of the book.
// It knows hosts only, and TLS only: what it asks of them is led to the sandbox.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const box = JSON.parse(process.env.SANDBOX);
const seen = {};

const http = require("http");
require("https").request = (options, heard) => {
  const { hostname, port } = new URL(box.rest);
  return http.request({ ...options, hostname, port }, heard);
};
const WebSocket = require("ws");
const sockets = {
  "wss://ws.kraken.com:443": box.ws.SPOT_PUBLIC_V1,
  "wss://ws-auth.kraken.com:443": box.ws.SPOT_PRIVATE_V1,
};
require.cache[require.resolve("ws")].exports = class extends WebSocket {
  constructor(url, options) {
    super(sockets[url], options);
  }
};
const { Kraken } = require("node-kraken-api");

const kraken = new Kraken({ key: box.keys.spot.key, secret: box.keys.spot.secret });
const patience = (wanted) =>
  Promise.race([wanted, new Promise((_, fail) => setTimeout(() => fail(new Error("nothing was heard")), 20_000))]);
const heard = (subscription, event, met = () => true) =>
  patience(new Promise((done) => subscription.on(event, (...args) => met(...args) && done(args))));

seen.time = (await kraken.time()).unixtime > 0;
seen.levels = (await kraken.depth({ pair: "XBTUSD", count: 5 })).XXBTZUSD.bids.length;
seen.balance = (await kraken.balance()).XXBT;
const order = await kraken.addOrder({ pair: "XBTUSD", type: "buy", ordertype: "limit", price: "20000", volume: "0.01" });
seen.open = (await kraken.openOrders()).open[order.txid[0]].descr.order;
seen.cancelled = (await kraken.cancelOrder({ txid: order.txid[0] })).count;
seen.refused = await kraken.ticker({ pair: "WWWUSD" }).catch((error) => error.body.error);

const trades = await kraken.ws.trade().subscribe("XBT/USD");
seen.trade = (await heard(trades, "update"))[1];
// Its check of the book knows frames with one side only, and subscribes again after those with both, which a lively market
// sends all the time. So the market rests, and its own orders change the book.
const control = (path, method = "POST") => fetch(`${box.rest}/_sandbox${path}`, { method }).then((answer) => answer.json());
await control("/market/pause");
const truth = async () => (await control("/state?depth=10", "GET")).result.spot.books["BTC/USD"];
const side = (levels) => levels.map(([price, qty]) => [Number(price), Number(qty)]);
const book = kraken.ws.book({ depth: 10 });
book.on("error", (error) => (seen["book error"] = String(error)));
await book.subscribe("XBT/USD");
seen["book true"] = true;
for (const level of [0, 4, 8]) {
  const price = (await truth()).bids[level][0];
  const told = heard(book, "mirror");
  const { txid } = await kraken.addOrder({ pair: "XBTUSD", type: "buy", ordertype: "limit", price, volume: "0.01" });
  const [mirror] = await told;
  const true_book = await truth();
  for (const [mine, theirs] of [[mirror.bs, true_book.bids], [mirror.as, true_book.asks]]) {
    if (JSON.stringify(side(mine)) !== JSON.stringify(side(theirs))) seen["book true"] = false;
  }
  const gone = heard(book, "mirror");
  await kraken.cancelOrder({ txid: txid[0] });
  await gone;
}
await control("/market/resume");

const { token } = await kraken.getWebSocketsToken();
const orders = await kraken.ws.openOrders({ token }).subscribe();
const reported = heard(orders, "update", (rows) => rows.some((row) => Object.values(row).some((one) => one.status === "open")));
const placed = await kraken.ws.addOrder({ token, pair: "XBT/USD", type: "buy", ordertype: "limit", price: "20000", volume: "0.01" });
seen["socket order"] = placed.status;
await reported;
await kraken.ws.cancelOrder({ token, txid: [placed.txid] });
seen["open afterwards"] = Object.keys((await kraken.openOrders()).open);

console.log(JSON.stringify(seen));
process.exit(0);
