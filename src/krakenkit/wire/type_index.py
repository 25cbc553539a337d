"""Where the classes of requests and answers are. Written by scripts/endpoint-map; do not edit."""

# ruff: noqa: SIM905 - names without quotes are shorter to read

TYPES = {
    "spot.account": """
        ClosedOrders Cursor ExtendedBalance GetAccountBalance GetClosedOrders GetExtendedBalance GetOpenOrders
        GetOrders GetTradeBalance GetTradesHistory OpenOrders OrderDescription OrderInfo TradeBalance
        TradeInfo TradesHistory
    """.split(),
    "spot.batches": """
        BatchOrder BatchedOrder CancelBatchOrders PlacedBatch SubmitBatchOrders
    """.split(),
    "spot.credit": """
        CreditAsset CreditLimits CreditLines GetCreditLines
    """.split(),
    "spot.deadman": """
        CancelAllOrdersAfter CancelTimer
    """.split(),
    "spot.earn": """
        AllocateEarnFunds AllocatedAmount AprEstimate AutoCompound DeallocateEarnFunds EarnAllocation
        EarnAllocations EarnAmount EarnPayout EarnPending EarnQueue EarnSlice EarnStrategies EarnStrategy
        GetEarnAllocationStatus GetEarnAllocations GetEarnDeallocationStatus GetEarnStrategies LockType
        YieldSource
    """.split(),
    "spot.edits": """
        EditOrder EditedOrder
    """.split(),
    "spot.exports": """
        DeleteLedgersExport ExportReport GetLedgersExport GetLedgersExportStatus RemovedExport
        RequestLedgersExport RequestedExport
    """.split(),
    "spot.fees": """
        FeeInputs FeeSchedule GetTradingVolume PairFee ScheduleTier SubaccountVolume TradingVolume
    """.split(),
    "spot.funding": """
        Deposit DepositAddress DepositMethod FundingReference GetDepositAddresses GetDepositMethods
        GetDepositsStatus Recent SubmitTransferToFutures
    """.split(),
    "spot.funding_beta": """
        AddressGeneration AssetAmount AssetName FeeParts FundingAsset FundingAssets FundingDepositLimits
        FundingFees FundingLimit FundingMethod FundingMethods FundingNetwork FundingNetworkGroup
        FundingNetworks FundingScope FundingWithdrawalLimits GetFundingDepositLimits GetFundingFees
        GetFundingWithdrawalLimits LimitAmounts ListFundingAssets ListFundingMethods ListFundingNetworks
        MethodDeposit MethodFees MethodLimits MethodNetwork TimeWindowLimit
    """.split(),
    "spot.funding_beta_addresses": """
        AddressDeleted AddressDetails AddressToSave AddressVerified Beneficiary ClaimedAddress
        CreateFundingAddress CreateFundingDepositAddress CryptoAddress CryptoAddressToSave
        DeleteFundingAddress FiatAddress FundingAddress FundingAddresses FundingDepositAddress
        FundingDepositAddresses ListFundingAddresses ListFundingDepositAddresses SavedAddress
        UpdateFundingAddress
    """.split(),
    "spot.funding_beta_transfers": """
        AmountToSend AnyStatus CurrentFee FeeChoice FundingAmount FundingDeposit FundingDeposits
        FundingWithdrawal FundingWithdrawals ListFundingDeposits ListFundingWithdrawals Numbered QuotedFee
        RebasedAmount SubmitFundingWithdrawal SubmittedWithdrawal
    """.split(),
    "spot.funding_withdrawals": """
        CancelWithdrawal GetWithdrawalAddresses GetWithdrawalInfo GetWithdrawalMethods GetWithdrawalsStatus
        LimitWindow SubmitWithdrawal Withdrawal WithdrawalAddress WithdrawalFee WithdrawalInfo WithdrawalLimit
        WithdrawalMethod
    """.split(),
    "spot.history": """
        GetOrderAmends GetTrades OrderAmend OrderAmends
    """.split(),
    "spot.keys": """
        ApiKeyInfo CamelApiKeyInfo GetApiKeyInfo GetWalletAccounts WalletAccount WalletAccounts WalletFlags
    """.split(),
    "spot.ledgers": """
        ClassedAsset GetLedgers GetLedgersInfo LedgerEntry LedgersInfo
    """.split(),
    "spot.maintenance": """
        GetMaintenanceSchedule MaintenanceEvent MaintenanceSchedule
    """.split(),
    "spot.market": """
        Asset AssetPair BestPrice Candle DayAmounts DayCounts Depth DepthLevel Emergency FeeStep GetAssetInfo
        GetAssetPairs GetCandles GetOrderBook GetRecentSpreads GetRecentTrades GetServerTime GetSystemStatus
        GetTicker LastTrade NextStep PublicTrade ServerTime Spread SystemStatus Ticker
    """.split(),
    "spot.market_depth": """
        GetGroupedBook GetLevel3OrderBook GroupedBook GroupedLevel Level3Book RestingOrder
    """.split(),
    "spot.oauth": """
        AccessToken CreateOauthFastApiKey DeleteOauthFastApiKey FastApiKey FastKeyPermissions
        GetOauthAccessToken GetOauthUserInfo ListOauthFastApiKeys OauthUser UpdateOauthFastApiKey
    """.split(),
    "spot.positions": """
        GetOpenPositions OpenPosition OpenPositions PairPosition
    """.split(),
    "spot.subaccounts": """
        CreateSubaccount SubaccountTransfer SubmitSubaccountTransfer
    """.split(),
    "spot.trading": """
        AmendOrder AmendedOrder CancelAllOrders CancelCount CancelOrder ConditionalClose GetWebSocketsToken
        OrderText PlacedOrder SubmitOrder WebSocketsToken
    """.split(),
    "spot.transparency": """
        GetPostTradeData GetPreTradeData PostTrade PostTradeData PreTradeData PreTradeLevel
    """.split(),
    "institutional.custody": """
        AnyOf Condition CustodyErrors CustodyReply CustodyRows Filters GetCustodyBalance GetCustodyVaultbyId
        ListCustodyVaults Ordering Pagination Vault VaultAsset VaultBalance VaultDetails VaultQuantity
    """.split(),
    "institutional.custody_funding": """
        GetCustodyDepositAddresses GetCustodyDepositMethods GetCustodyWithdrawAddresses
        GetCustodyWithdrawMethods
    """.split(),
    "institutional.custody_tasks": """
        ActivityDetails CustodyActivity CustodyTask CustodyUser GetCustodyActivitybyId GetCustodyTaskbyId
        ListCustodyActivities ListCustodyTasks ReviewerStatistics TaskDetails
    """.split(),
    "institutional.custody_transactions": """
        CustodyTransaction CustodyTransactions GetCustodyTransactionbyId ListCustodyTransactions
        TransactionAmount TransactionAsset TransactionFound TransactionReference TransactionSide
        TransactionSorting TransactionStats
    """.split(),
    "institutional.otc": """
        CheckOtcClient CreateOtcQuoteRequest GetOtcActiveQuotes GetOtcExposures GetOtcHistoricalQuotes
        GetOtcPairs OtcAcceptance OtcClient OtcExposures OtcHistoricalQuote OtcMoment OtcPair OtcPairs
        OtcQuote OtcQuoteRequested OtcQuoteUpdated UpdateOtcQuote
    """.split(),
    "institutional.prime": """
        BatchPagination CreatePrimeApiUser CreatePrimeApiUserKey CreatePrimeSettlementBatch
        DeletePrimeApiUserKey GetPrimeApiUser GetPrimeSettlementBatch ListPrimeApiUserKeys ListPrimeApiUsers
        ListPrimeSettlementBatches NewPrimeApiUserKey PrimeApiUser PrimeApiUserFound PrimeApiUserKey
        PrimeApiUserKeyDeleted PrimeApiUserKeys PrimeApiUsers SettlePrimeSettlementBatchAsset
        SettlementAttributes SettlementBatch SettlementBatchFound SettlementBatches SettlementLeg
        SettlementStarted SettlementTransfer SettlementTransferAttributes SettlementTransferRelationships
        UpdatePrimeApiUser UpdatePrimeApiUserKey UpdatePrimeApiUserRoles
    """.split(),
    "partner.actions": """
        CounterAsset CounterAssetInfo FixedAmount PriceTrigger PriceTriggerInfo TradeAction TradeActionInfo
    """.split(),
    "partner.assets": """
        AssetRate AssetRates AssetRatesMeta EmbedAsset EmbedAssets GetEmbedAsset ListEmbedAssetRates
        ListEmbedAssets
    """.split(),
    "partner.custom_orders": """
        CancelEmbedCustomOrder CancelledCustomOrder CreateEmbedCustomOrder CustomOrder CustomOrderAnswer
        CustomOrderStatus CustomOrders GetEmbedCustomOrder ListEmbedCustomOrders
    """.split(),
    "partner.earn": """
        AprEstimate EarnAllocation EarnAmount EmbedEarnAsset EmbedEarnAssets EmbedEarnSummary
        GetEmbedEarnSummary ListEmbedEarnAssets ToggleEmbedAutoEarn UpcomingReward
    """.split(),
    "partner.funds": """
        EmbedFundingTransaction EmbedFundingTransactions EmbedWithdrawal GetEmbedSettlementReport
        ListEmbedFundingTransactions ListEmbedSettlementReports SettlementDownload SettlementReport
        SettlementReports WithdrawEmbedFunds
    """.split(),
    "partner.nexus": """
        AssetAmount PageLinks PageMeta UnitPrice
    """.split(),
    "partner.pay": """
        CancelPayRequest CancelPayTransfer CreatePayRequest CreatePayTransfer CreatePaylink GetPaylink
        GetPaylinkConfig PayRequestLink Paylink PaylinkConfig
    """.split(),
    "partner.portfolio": """
        CurrentDayPnl GetEmbedPortfolioHistory GetEmbedPortfolioSummary ListEmbedPortfolioDetails
        ListEmbedPortfolioTransactions PortfolioAsset PortfolioDay PortfolioDetails PortfolioHistory
        PortfolioSummary PortfolioTransaction PortfolioTransactions TransactionLeg TransactionRef
        TransactionStats
    """.split(),
    "partner.quotes": """
        EmbedQuote ExecuteEmbedQuote ExecutedQuote GetEmbedQuote GetEmbedQuoteLimits ProspectiveQuote
        QuoteLimits QuoteSide RequestEmbedProspectiveQuote RequestEmbedQuote
    """.split(),
    "partner.ramp": """
        AmountRange CheckoutRequest DisplayedPrice DisplayedSide GetRampCheckoutUrl GetRampLimits
        GetRampProspectiveQuote ListRampBuyCryptoAssets ListRampCountries ListRampFiatCurrencies
        ListRampPaymentMethods RampAssets RampCheckout RampCombinedLimits RampCountries RampCurrencies
        RampCurrency RampLimits RampPaymentMethod RampPaymentMethods RampQuote RampSide RampSideLimits
        RampUnitPrice
    """.split(),
    "partner.uploads": """
        Upload
    """.split(),
    "partner.users": """
        ClientIdentifier CreateEmbedUser CreatedEmbedUser EmbedUser EmbedUserStatus FullName GetEmbedUser
        NewEmbedUser RequiredAction Residence TaxId UpdateEmbedUser
    """.split(),
    "partner.verification": """
        Identity IdentityDocument SubmitEmbedVerification SubmittedVerification
    """.split(),
    "futures.account": """
        Accounts CashWallet FlexCurrency FlexSums FlexWallet GetAccounts GetOpenPositions
        GetPositionPercentile MarginAuxiliary MarginFigures MarginWallet OpenPosition OpenPositions
        PortfolioMarginBreakdown QueuePlace UnwindQueue
    """.split(),
    "futures.account_log": """
        AccountLog AccountLogEntry GetAccountLog GetAccountLogCsv
    """.split(),
    "futures.analytics": """
        Analytics AnalyticsError AnalyticsResult GetLiquidityPoolStatistic GetMarketAnalytics
    """.split(),
    "futures.assignment": """
        AddAssignmentPreference AssignmentChange AssignmentHistory AssignmentHistoryRow AssignmentPreference
        AssignmentProgram AssignmentPrograms DeleteAssignmentPreference GetAssignmentPreferencesHistory
        GetAssignmentPrograms
    """.split(),
    "futures.base": """
        Reply
    """.split(),
    "futures.batch": """
        BatchOrderManagement BatchReply BatchRow CancelInstruction EditInstruction SendInstruction
    """.split(),
    "futures.charts": """
        Candle Candles GetCandles GetMarketsForTickType GetResolutions GetTickTypes
    """.split(),
    "futures.events": """
        EventOrder EventTrigger OrderEvent Outcome
    """.split(),
    "futures.fees": """
        FeeSchedule FeeScheduleVolumes FeeSchedules FeeTier GetFeeScheduleVolumes GetFeeSchedules
    """.split(),
    "futures.general": """
        ApiKeyCheck CheckApiKeyV3 ContractShare GetAccountMarketShare GetNotifications KeyPermissions
        MarketShare Notification Notifications
    """.split(),
    "futures.history": """
        GetExecutionEvents GetOrderEvents GetPositionEvents GetTriggerEvents HistoryRequest PositionElement
        PositionEvent PositionUpdate
    """.split(),
    "futures.history_events": """
        Element ExecutedOrderData Execution ExecutionDetails ExecutionEvent FeeCalculation HistoryOrder
        HistoryPage HistoryTrigger LimitPriceOffset OneKind OrderCancelled OrderEditRejected OrderHistoryEvent
        OrderNotFound OrderPlaced OrderRejected OrderUpdated RegulatoryData SpotOrderData TrailingStopOptions
        TriggerActivated TriggerCancelled TriggerEditRejected TriggerHistoryEvent TriggerOptions TriggerPlaced
        TriggerUpdated
    """.split(),
    "futures.instruments": """
        GetInstrumentStatus GetInstrumentStatusList GetInstruments GetTradingInstruments Instrument
        InstrumentStatus InstrumentStatusList InstrumentStatusReply Instruments MarginLevel MarginSchedule
    """.split(),
    "futures.margining": """
        BaseCurrencyLimits GetPortfolioMarginParameters OptionsUserLimits PortfolioMarginParameters
        PortfolioSimulation SimulateMarginRequirements
    """.split(),
    "futures.market": """
        BookLevel FundingRate FundingRates GetHistoricalFundingRates GetOrderbook GetTicker GetTickers
        GetTradeHistory Greeks Orderbook OrderbookReply PublicTrade Ticker TickerReply Tickers TradeHistory
    """.split(),
    "futures.market_history": """
        GetPublicExecutionEvents GetPublicMarkPriceEvents GetPublicOrderEvents MarkPriceChanged MarkPriceEvent
    """.split(),
    "futures.orders": """
        Fill Fills GetFills GetOpenOrders GetOrderStatus OpenOrder OpenOrders OrderState OrderStates
        PriceTrigger StatusOrder
    """.split(),
    "futures.rfq": """
        CancelRfq CancelRfqOffer GetOpenRfq GetOpenRfqs GetOwnRfqs GetRfqClosedOffers GetRfqOpenOffers
        LegPrice OwnRfq OwnRfqList Rfq RfqLeg RfqList RfqOffer RfqOffers RfqOutcome RfqReply RfqSideLeg
        SubmitRfq SubmitRfqAcceptance SubmitRfqNewOffer UpdateRfqOpenOffer
    """.split(),
    "futures.settings": """
        DeleteRfqAssignmentMaxLeverage GetLeverageSettings GetPnlPreferences GetRfqAssignmentMaxLeverage
        GetSelfTradeStrategy LeveragePreference LeverageSettings OffBookLeverage PnlPreference PnlPreferences
        SelfTrade SetLeverageSettings SetPnlPreference SetRfqAssignmentMaxLeverage UpdateSelfTradeStrategy
    """.split(),
    "futures.subaccounts": """
        GetSubaccountTradingStatus GetSubaccounts Holding Subaccount SubaccountFlex SubaccountFlexCurrency
        SubaccountMargin Subaccounts TradingStatus UpdateSubaccountTradingStatus
    """.split(),
    "futures.trading": """
        CancelAllOrders CancelAllOrdersAfter CancelAllStatus CancelOrder CancelStatus CancelledOrder
        CancelledOrders DeadMansSwitch DeadMansSwitchReply EditOrder EditStatus EditedOrder OrderIds
        SendStatus SentOrder SubmitOrder
    """.split(),
    "futures.transfers": """
        SubmitSubaccountTransfer SubmitTransferToSpot SubmitWalletTransfer TransferToSpot
    """.split(),
}
"""Class names by module below ``krakenkit.wire``."""
