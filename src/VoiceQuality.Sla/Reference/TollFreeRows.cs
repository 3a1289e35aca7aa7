using NodaTime;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Rating;
using VoiceQuality.Sla.TollFree;

namespace VoiceQuality.Sla.Reference;

/// <summary>What happened to a toll-free number.</summary>
public enum TollFreeEvent
{
    /// <summary>The customer tested it.</summary>
    Test,

    /// <summary>It was put before the public.</summary>
    Campaign,

    /// <summary>The customer knew of a problem.</summary>
    Problem,
}

/// <summary>Tests, campaigns and problems of toll-free numbers; and access to international destinations.</summary>
internal sealed class TollFreeRows(ComponentRows components, NumberRows numbers, AccountBook accounts)
{
    private readonly Dictionary<(PhoneNumber Number, string ComponentId), Events> _events = [];
    private readonly List<InternationalBlock> _blocks = [];
    private readonly Dictionary<string, int> _restricted = new(StringComparer.Ordinal);
    private readonly Dictionary<(string AccountId, string Form), int> _forms = [];
    private readonly List<InternationalConsent> _consents = [];
    private readonly Spans<(string Prefix, string? AccountId)> _blockSpans = new();

    public void ReadEvent(RowReader row)
    {
        var number = row.Number("number");
        var component = components.Known(row);
        var account = component is null ? null : accounts.FindAccount(component.AccountId);
        var what = row.OneOf<TollFreeEvent>("event");
        var at = row.Time("at", account);
        var isTest = what == TollFreeEvent.Test;
        var tester = isTest ? row.Text("tester") : Unused(row, "tester");
        var call = isTest ? row.Text("test_call_id") : Unused(row, "test_call_id");
        var result = isTest ? row.OneOf<VerificationResult>("result") : default;
        if (!isTest)
        {
            Unused(row, "result");
        }

        var reported = what == TollFreeEvent.Problem ? row.OptionalTime("reported_at", account) : null;
        if (what != TollFreeEvent.Problem)
        {
            Unused(row, "reported_at");
        }

        if (row.IsGood && !numbers.IsTollFreeOf(number, component!.AccountId))
        {
            row.Report("number", ReferenceErrorKind.UnknownNumber,
                "The component's account holds no such number as TOLL_FREE; correct it, or add it to numbers.csv.");
        }

        if (!row.IsGood)
        {
            return;
        }

        var events = EventsOf(number, component!.Id);
        switch (what)
        {
            case TollFreeEvent.Test:
                events.Tests.Add(new TollFreeVerification(at, tester!, call!, result));
                break;
            case TollFreeEvent.Campaign:
                events.Launches.Add(at);
                break;
            default:
                events.Problems.Add(new TollFreeProblem(at, reported));
                break;
        }
    }

    public void ReadBlock(RowReader row)
    {
        var prefix = Prefix(row);
        var account = row.AccountOrEveryone(out _);
        var reason = row.Text("reason");
        var author = row.Id("author");
        var from = row.Time("from", account);
        var until = row.End("until", from, account);
        if (!row.IsGood)
        {
            return;
        }

        if (_blockSpans.Add((prefix!, account?.AccountId), from, until, row.Line) is { } other)
        {
            row.Report("prefix", ReferenceErrorKind.Overlap, $"Line {other} blocks the same prefix at the same time.");
            return;
        }

        _blocks.Add(new InternationalBlock(prefix!, reason!, author!, from, until, account?.AccountId));
    }

    public void ReadRestricted(RowReader row)
    {
        var prefix = Prefix(row);
        _ = row.Text("destination");
        if (row.IsGood && !_restricted.TryAdd(prefix!, row.Line))
        {
            row.Report("prefix", ReferenceErrorKind.Duplicate, $"Line {_restricted[prefix!]} has this prefix already.");
        }
    }

    public void ReadConsent(RowReader row)
    {
        var account = row.Account();
        var form = row.Text("form");
        var signed = row.Time("signed_at", account);
        var standards = row.OptionalTime("credit_standards_met_at", account);
        var ended = row.End("ended_at", signed, account);
        _ = row.OptionalText("reason");
        _ = row.Id("author");
        if (!row.IsGood)
        {
            return;
        }

        if (!_forms.TryAdd((account!.AccountId, form!), row.Line))
        {
            row.Report("form", ReferenceErrorKind.Duplicate,
                $"Line {_forms[(account.AccountId, form!)]} has this form already.");
            return;
        }

        _consents.Add(new InternationalConsent(account.AccountId, form!, signed, standards, ended));
    }

    public ReferenceContent AddTo(ReferenceContent content)
    {
        // A number without a record is one too: nothing was announced with it, so nothing bars it.
        foreach (var held in numbers.Numbers.Where(held => held.Service == VoiceService.TollFree))
        {
            if (held.ComponentId is { } component)
            {
                EventsOf(held.Number, component);
            }
        }

        return content with
        {
            TollFreeNumbers =
            [
                .. _events.OrderBy(pair => pair.Key.Number.Digits)
                    .ThenBy(pair => pair.Key.ComponentId, StringComparer.Ordinal)
                    .Select(pair => new TollFreeNumber(
                        pair.Key.Number, pair.Key.ComponentId,
                        [.. pair.Value.Tests], [.. pair.Value.Launches], [.. pair.Value.Problems])),
            ],
            International = new InternationalAccess(
                _blocks, [.. _restricted.Keys.Select(prefix => new RestrictedDestination(prefix))], _consents),
        };
    }

    private static string? Prefix(RowReader row)
    {
        var prefix = row.Digits("prefix", 1, 15);
        if (prefix?[0] == '0')
        {
            row.Report("prefix", ReferenceErrorKind.BadValue, "A prefix begins with the country code, without zeros.");
        }

        return prefix;
    }

    private static string? Unused(RowReader row, string column)
    {
        if (row.Field(column).Length > 0)
        {
            row.Report(column, ReferenceErrorKind.Conflict, "Such an event has no value here; leave the field empty.");
        }

        return null;
    }

    private Events EventsOf(PhoneNumber number, string componentId)
    {
        if (!_events.TryGetValue((number, componentId), out var events))
        {
            _events[(number, componentId)] = events = new Events();
        }

        return events;
    }

    private sealed class Events
    {
        public List<TollFreeVerification> Tests { get; } = [];

        public List<Instant> Launches { get; } = [];

        public List<TollFreeProblem> Problems { get; } = [];
    }
}
