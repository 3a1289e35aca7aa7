using NodaTime;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Rating;

namespace VoiceQuality.Sla.Reference;

/// <summary>Pricing programs, domestic rates, and decks.</summary>
internal sealed class RateRows
{
    private readonly Dictionary<string, Dictionary<Instant, Row<ProgramChange>>> _programs = new(StringComparer.Ordinal);
    private readonly Dictionary<RateKind, Dictionary<Instant, Row<DomesticRate>>> _rates = [];
    private readonly Dictionary<(string? AccountId, RateClass Class, ulong Prefix, Instant From), int> _deckLines = [];
    private readonly List<DeckRate> _decks = [];

    public void ReadProgram(RowReader row)
    {
        var account = row.Account();
        var from = row.Time("from", account);
        var program = row.OneOf<PricingProgram>("program");
        var notice = row.OptionalTime("notice_sent_at", account);
        if (row.IsGood)
        {
            Add(_programs, account!.AccountId, from, new ProgramChange(from, program, notice), row);
        }
    }

    public void ReadRate(RowReader row)
    {
        var account = row.Account();
        var program = row.OneOf<PricingProgram>("program");
        var rateClass = row.OneOf(
            "class", RateClass.Termination, RateClass.TollFree, RateClass.Default, RateClass.OutboundTollFree);
        var jurisdiction = ReadJurisdiction(row, rateClass);
        NetworkTier? tier = row.Field("tier").Length > 0 ? row.OneOf<NetworkTier>("tier") : null;
        var rate = row.Amount("rate");
        var from = row.Time("from", account);
        var notice = row.OptionalTime("notice_sent_at", account);

        if (row.IsGood && tier is not null && program == PricingProgram.FlatRate)
        {
            row.Report("tier", ReferenceErrorKind.Conflict, "The flat rate has no tiers; leave the field empty.");
        }

        if (row.IsGood)
        {
            Add(
                _rates,
                new RateKind(account!.AccountId, program, rateClass, jurisdiction, tier),
                from,
                new DomesticRate(program, rateClass, jurisdiction, tier, from, rate, notice),
                row);
        }
    }

    public void ReadDeck(RowReader row)
    {
        var account = row.AccountOrEveryone(out _);
        if (row.Field("account").Length == 0)
        {
            row.Report("account", ReferenceErrorKind.Missing, "An account, or * for all of them.");
        }

        var rateClass = row.OneOf("class", RateClass.International, RateClass.Extended);
        var prefix = row.Digits("prefix", 1, 15);
        var destination = row.Text("destination");
        var initial = row.Whole("initial_s", 1, BillingIncrement.MaxSeconds);
        var increment = row.Whole("increment_s", 1, BillingIncrement.MaxSeconds);
        var rate = row.Amount("rate");
        var from = row.Time("from", account);
        if (prefix?[0] == '0')
        {
            row.Report("prefix", ReferenceErrorKind.BadValue, "A prefix begins with the country code, without zeros.");
        }

        if (!row.IsGood)
        {
            return;
        }

        var digits = ulong.Parse(prefix!, System.Globalization.CultureInfo.InvariantCulture);
        var key = (account?.AccountId, rateClass, digits, from);
        if (!_deckLines.TryAdd(key, row.Line))
        {
            row.Report("prefix", ReferenceErrorKind.Duplicate,
                $"Line {_deckLines[key]} has a rate of this prefix from the same instant on.");
            return;
        }

        _decks.Add(new DeckRate(
            account?.AccountId,
            destination!,
            new PrefixRate(rateClass, digits, from, rate, new BillingIncrement(initial, increment))));
    }

    /// <summary>
    /// Asks for prior notice wherever what is in force changes: within the file, and against what was in force before
    /// it, so that an earlier row cannot be rewritten silently.
    /// </summary>
    public void CheckNotices(ReferenceContent? before, ReferenceErrors errors)
    {
        var oldRates = before?.Rates.ToLookup(
            rate => RateKind.Of(rate), rate => (rate.Rate.From, Rate.Round(rate.Rate.PerMinute)));
        foreach (var (kind, rows) in _rates)
        {
            CheckNotices(
                rows.Values.Select(row => (
                    row.Value.From, Rate.Round(row.Value.PerMinute), row.Value.NoticeSentAt, row.File, row.Line)),
                oldRates?[kind] ?? [],
                errors);
        }

        var oldPrograms = before?.Programs.ToLookup(
            program => program.AccountId,
            program => (program.Change.From, program.Change.Program),
            StringComparer.Ordinal);
        foreach (var (account, rows) in _programs)
        {
            CheckNotices(
                rows.Values.Select(
                    row => (row.Value.From, row.Value.Program, row.Value.NoticeSentAt, row.File, row.Line)),
                oldPrograms?[account] ?? [],
                errors);
        }
    }

    public ReferenceContent AddTo(ReferenceContent content) => content with
    {
        Programs = [.. _programs.SelectMany(
            pair => pair.Value.Values, (pair, row) => new AccountProgram(pair.Key, row.Value))],
        Rates = [.. _rates.SelectMany(
            pair => pair.Value.Values, (pair, row) => new AccountRate(pair.Key.AccountId, row.Value))],
        Decks = [.. _decks],
    };

    private static void CheckNotices<T>(
        IEnumerable<(Instant From, T Value, Instant? NoticeSentAt, string File, int Line)> rows,
        IEnumerable<(Instant From, T Value)> before,
        ReferenceErrors errors)
        where T : struct
    {
        var now = rows.OrderBy(row => row.From).ToList();
        var old = before.OrderBy(entry => entry.From).ToList();

        for (var i = 0; i < now.Count; i++)
        {
            var row = now[i];
            var was = old.FindLastIndex(entry => entry.From <= row.From);
            var isRewritten = was >= 0 && !old[was].Value.Equals(row.Value);
            if ((i > 0 || isRewritten) && !Notice.IsBefore(row.NoticeSentAt, row.From))
            {
                errors.Add(row.File, row.Line, "notice_sent_at", ReferenceErrorKind.NoNotice,
                    "It changes what is in force; say when the customer was told, before its effect.");
            }
        }

        // A change that is taken out of the file changes what is in force from its instant on as well.
        foreach (var (from, value) in old)
        {
            var stands = now.FindLastIndex(row => row.From <= from);
            if (stands >= 0 && now[stands].From != from && !now[stands].Value.Equals(value))
            {
                errors.Add(now[stands].File, now[stands].Line, "from", ReferenceErrorKind.NoNotice,
                    "A later row that was in force is gone, so that this one would come back without notice; keep that "
                    + "row, or add one with a notice.");
            }
        }
    }

    private static Jurisdiction ReadJurisdiction(RowReader row, RateClass rateClass)
    {
        Jurisdiction? implied = rateClass switch
        {
            RateClass.Default => Jurisdiction.Indeterminate,
            RateClass.OutboundTollFree => Jurisdiction.OutboundTollFree,
            _ => null,
        };

        if (implied is not { } only)
        {
            return row.OneOf("jurisdiction", Jurisdiction.Intrastate, Jurisdiction.Interstate);
        }

        return row.Field("jurisdiction").Length == 0 ? only : row.OneOf("jurisdiction", only);
    }

    private static void Add<TKey, T>(
        Dictionary<TKey, Dictionary<Instant, Row<T>>> rows, TKey key, Instant from, T value, RowReader row)
        where TKey : notnull
    {
        if (!rows.TryGetValue(key, out var ofKey))
        {
            rows[key] = ofKey = [];
        }

        if (!ofKey.TryAdd(from, new Row<T>(value, row.Name, row.Line)))
        {
            row.Report("from", ReferenceErrorKind.Duplicate,
                $"Line {ofKey[from].Line} is in force from the same instant on.");
        }
    }

    private readonly record struct Row<T>(T Value, string File, int Line);

    private readonly record struct RateKind(
        string AccountId, PricingProgram Program, RateClass Class, Jurisdiction Jurisdiction, NetworkTier? Tier)
    {
        public static RateKind Of(AccountRate rate) => new(
            rate.AccountId, rate.Rate.Program, rate.Rate.Class, rate.Rate.Jurisdiction, rate.Rate.Tier);
    }
}
