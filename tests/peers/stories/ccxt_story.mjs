// ccxt for JavaScript against a sandbox: Spot and Futures, calls and sockets.
import { createRequire } from "node:module";

const ccxt = createRequire(import.meta.url)("ccxt");
const box = JSON.parse(process.env.SANDBOX);
const seen = {};

async function pointed(kind, name, api) {
  const made = new kind({ apiKey: box.keys[name].key, secret: box.keys[name].secret, enableRateLimit: false });
  Object.assign(made.urls.api, api);
  await made.loadHttpProxyAgent(); // its sockets want this before they take an address without TLS
  return made;
}

const spotApi = {
  public: box.rest,
  private: box.rest,
  ws: {
    public: box.ws.SPOT_PUBLIC_V1,
    private: box.ws.SPOT_PRIVATE_V1,
    publicV2: box.ws.SPOT_PUBLIC_V2,
    privateV2: box.ws.SPOT_PRIVATE_V2,
  },
};
const futuresApi = {
  public: `${box.futures}/derivatives/api/`,
  private: `${box.futures}/derivatives/api/`,
  charts: `${box.futures}/api/charts/`,
  history: `${box.futures}/api/history/`,
  ws: box.ws.DERIVATIVES_PRIVATE_V1,
};

const control = (path, method = "POST") => fetch(`${box.rest}/_sandbox${path}`, { method }).then((answer) => answer.json());
const exact = (levels, depth) => JSON.stringify(levels.slice(0, depth).map(([price, qty]) => [Number(price), Number(qty)]));

// Whether the book it keeps becomes the exchange's, level by level, once the market rests; three times.
async function followsBook(exchange, symbol, product, name, depth) {
  for (let round = 0; round < 3; round += 1) {
    let book;
    for (let turn = 0; turn < 15; turn += 1) book = await exchange.watchOrderBook(symbol, product === "spot" ? depth : undefined);
    await control("/market/pause");
    const truth = (await control(`/state?depth=${depth}`, "GET")).result[product].books[name];
    const same = () => exact(book.bids, depth) === exact(truth.bids, depth) && exact(book.asks, depth) === exact(truth.asks, depth);
    for (let wait = 0; wait < 200 && !same(); wait += 1) await new Promise((done) => setTimeout(done, 20));
    await control("/market/resume");
    if (!same() || truth.bids.length < 6) return false;
  }
  return true;
}

const spot = await pointed(ccxt.pro.kraken, "spot", spotApi);
await spot.loadMarkets();
seen.balance = (await spot.fetchBalance()).BTC.total > 0;
const order = await spot.createOrder("BTC/USD", "limit", "buy", 0.01, 20000);
seen.open = (await spot.fetchOpenOrders("BTC/USD")).map((one) => one.price);
await spot.editOrder(order.id, "BTC/USD", "limit", "buy", 0.02, 20001);
seen.edited = (await spot.fetchOrder(order.id)).amount;
await spot.cancelOrder(order.id);
const bought = await spot.createOrder("BTC/USD", "market", "buy", 0.01);
seen.filled = (await spot.fetchOrder(bought.id)).filled;
seen["book true"] = await followsBook(spot, "BTC/USD", "spot", "BTC/USD", 10);
seen.ticker = (await spot.watchTicker("BTC/USD")).symbol;
const sent = await spot.createOrderWs("BTC/USD", "limit", "buy", 0.01, 20003);
seen["socket order"] = typeof sent.id === "string";
await spot.cancelOrderWs(sent.id);
await spot.close();

const contract = "BTC/USD:USD";
const futures = await pointed(ccxt.pro.krakenfutures, "futures", futuresApi);
await futures.loadMarkets();
const future = await futures.createOrder(contract, "limit", "buy", 0.01, 20000);
seen["futures open"] = (await futures.fetchOpenOrders(contract)).map((one) => one.amount);
seen["futures cancelled"] = (await futures.cancelOrder(future.id)).status;
await futures.createOrder(contract, "market", "buy", 0.01);
seen["futures position"] = (await futures.fetchPositions()).map((one) => one.side);
seen["futures book true"] = await followsBook(futures, contract, "futures", "PF_XBTUSD", 1000);
await futures.close();

console.log(JSON.stringify(seen));
process.exit(0);
