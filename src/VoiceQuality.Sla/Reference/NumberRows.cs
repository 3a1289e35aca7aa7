using NodaTime;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Rating;

namespace VoiceQuality.Sla.Reference;

/// <summary>Which side of the network a trunk is on.</summary>
public enum TrunkSide
{
    /// <summary>The customer's.</summary>
    Customer,

    /// <summary>A carrier's.</summary>
    Carrier,
}

/// <summary>Numbers, trunks and addresses of accounts.</summary>
internal sealed class NumberRows(ComponentRows components)
{
    private readonly List<HeldNumber> _numbers = [];
    private readonly List<Trunk> _trunks = [];
    private readonly List<AccountAddress> _addresses = [];
    private readonly Spans<PhoneNumber> _numberSpans = new();
    private readonly Spans<string> _trunkSpans = new(StringComparer.Ordinal);
    private readonly Spans<SignallingRange> _rangeSpans = new();
    private readonly Dictionary<(string AccountId, Instant From), int> _addressLines = [];
    private readonly Dictionary<PhoneNumber, HashSet<string>> _tollFreeHolders = [];

    public IReadOnlyList<HeldNumber> Numbers => _numbers;

    /// <summary>Whether an account ever held the number as a toll-free one.</summary>
    public bool IsTollFreeOf(PhoneNumber number, string accountId) =>
        _tollFreeHolders.TryGetValue(number, out var holders) && holders.Contains(accountId);

    public void ReadNumber(RowReader row)
    {
        var account = row.Account();
        var unit = row.OptionalUnit(account);
        var number = row.Number("number");
        var service = row.OneOf<VoiceService>("service");
        var componentId = row.OptionalId("component");
        var from = row.Time("from", account);
        var to = row.End("to", from, account);

        if (componentId is not null && account is not null
            && components.Find(componentId)?.AccountId != account.AccountId)
        {
            row.Report("component", ReferenceErrorKind.UnknownComponent,
                "The account has no component with this id; add it to components.csv.");
        }

        if (!row.IsGood)
        {
            return;
        }

        if (_numberSpans.Add(number, from, to, row.Line) is { } other)
        {
            row.Report("number", ReferenceErrorKind.Overlap,
                $"Line {other} holds the same number at the same time; end it with 'to' first.");
            return;
        }

        if (service == VoiceService.TollFree)
        {
            if (!_tollFreeHolders.TryGetValue(number, out var holders))
            {
                _tollFreeHolders[number] = holders = new HashSet<string>(StringComparer.Ordinal);
            }

            holders.Add(account!.AccountId);
        }

        _numbers.Add(new HeldNumber(number, account!.AccountId, unit, service, componentId, from, to));
    }

    public void ReadTrunk(RowReader row)
    {
        var id = row.Id("trunk");
        var account = row.AccountOrEveryone(out var isEveryone);
        var ranges = row.Ranges("addresses", isRequired: true);
        var side = row.OneOf<TrunkSide>("side");
        var isTrusted = row.YesOrNo("trusted_identity");
        var from = row.Time("from", account);
        var to = row.End("to", from, account);

        if (isEveryone && side == TrunkSide.Customer)
        {
            row.Report("account", ReferenceErrorKind.Missing, "A customer's trunk names its account.");
        }

        if (!row.IsGood)
        {
            return;
        }

        if (_trunkSpans.Add(id!, from, to, row.Line) is { } same)
        {
            row.Report("trunk", ReferenceErrorKind.Overlap,
                $"Line {same} has the same trunk at the same time; end it with 'to' first.");
            return;
        }

        foreach (var range in ranges)
        {
            if (_rangeSpans.Add(range, from, to, row.Line) is { } other)
            {
                row.Report("addresses", ReferenceErrorKind.Overlap,
                    $"Line {other} has one of these addresses at the same time.");
                return;
            }
        }

        _trunks.Add(new Trunk(id!, account?.AccountId, ranges, side == TrunkSide.Customer, isTrusted, from, to));
    }

    public void ReadAddress(RowReader row)
    {
        var account = row.Account();
        var from = row.Time("from", account);
        var contract = row.Text("contract_address");
        var service = row.OptionalText("service_address");
        var billing = default(PartyNumber);

        if (row.Field("btn") is { Length: > 0 } text)
        {
            billing = PartyNumber.Read(text);
            if (billing.Form != NumberForm.NorthAmerican)
            {
                row.Report("btn", ReferenceErrorKind.BadValue,
                    "A billing telephone number is +1 and ten digits, not toll free; leave it empty when there is none.");
            }
        }

        if (!row.IsGood)
        {
            return;
        }

        if (!_addressLines.TryAdd((account!.AccountId, from), row.Line))
        {
            row.Report("from", ReferenceErrorKind.Duplicate,
                $"Line {_addressLines[(account.AccountId, from)]} has addresses from the same instant on.");
            return;
        }

        _addresses.Add(new AccountAddress(account.AccountId, from, contract!, service, billing));
    }

    public ReferenceContent AddTo(ReferenceContent content) => content with
    {
        Numbers = [.. _numbers],
        Trunks = [.. _trunks],
        Addresses = [.. _addresses],
    };
}
