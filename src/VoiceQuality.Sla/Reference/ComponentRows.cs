using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Sla.Outages;

namespace VoiceQuality.Sla.Reference;

/// <summary>Components, their MRC, and what of it was billed.</summary>
internal sealed class ComponentRows
{
    private readonly Dictionary<string, (Component Component, int Line)> _components = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MrcRows> _mrc = new(StringComparer.Ordinal);
    private readonly Dictionary<ComponentMonth, (decimal Amount, int Line)> _billed = [];

    public void ReadComponent(RowReader row)
    {
        var id = row.Id("component");
        var account = row.Account();
        var unit = row.OptionalUnit(account);
        var name = row.Text("name");
        var kind = row.Id("kind");
        var from = row.Time("from", account);
        var to = row.End("to", from, account);
        var ranges = row.Ranges("addresses", isRequired: false);

        if (id is not null && _components.TryGetValue(id, out var other))
        {
            row.Report("component", ReferenceErrorKind.Duplicate, $"Line {other.Line} has this component already.");
        }

        if (row.IsGood)
        {
            _components.Add(
                id!, (new Component(id!, account!.AccountId, unit, name!, kind!, from, to, ranges), row.Line));
        }
    }

    public void ReadMrc(RowReader row)
    {
        var component = Known(row);
        var from = row.Date("from");
        var basis = row.OneOf<MrcBasis>("basis");
        var hasAmount = row.Field("amount").Length > 0;
        var amount = 0m;

        if (basis == MrcBasis.OwnAmount)
        {
            amount = row.Amount("amount");
        }
        else if (hasAmount)
        {
            row.Report("amount", ReferenceErrorKind.Conflict,
                "Only OWN_AMOUNT has an amount; leave the field empty, or correct the basis.");
        }

        if (!row.IsGood)
        {
            return;
        }

        if (!_mrc.TryGetValue(component!.Id, out var rows))
        {
            _mrc[component.Id] = rows = new MrcRows(basis, row.Line);
        }
        else if (rows.Basis != basis || basis != MrcBasis.OwnAmount)
        {
            row.Report("basis", ReferenceErrorKind.Conflict,
                $"Line {rows.Line} says how the component is charged; what is not OWN_AMOUNT has one row. Where the "
                + "basis changes, a component of its own begins.");
            return;
        }

        if (basis == MrcBasis.OwnAmount && !rows.Amounts.TryAdd(from, (amount, row.Line)))
        {
            row.Report("from", ReferenceErrorKind.Duplicate,
                $"Line {rows.Amounts[from].Line} has an amount from the same date on.");
        }
    }

    public void ReadBilled(RowReader row)
    {
        var component = Known(row);
        var month = row.Month("month");
        var amount = row.Amount("amount");
        if (row.IsGood && amount != Money.RoundToCents(amount))
        {
            row.Report("amount", ReferenceErrorKind.BadValue, "What was billed has no fractions of a cent.");
        }

        if (!row.IsGood)
        {
            return;
        }

        var key = new ComponentMonth(component!.Id, month);
        if (!_billed.TryAdd(key, (amount, row.Line)))
        {
            row.Report("month", ReferenceErrorKind.Duplicate,
                $"Line {_billed[key].Line} says what was billed for this month.");
        }
    }

    /// <summary>The component that the row names, when it is known.</summary>
    public Component? Find(string id) => _components.TryGetValue(id, out var known) ? known.Component : null;

    public Component? Known(RowReader row, string column = "component")
    {
        if (row.Id(column) is not { } id)
        {
            return null;
        }

        if (Find(id) is { } component)
        {
            return component;
        }

        row.Report(column, ReferenceErrorKind.UnknownComponent,
            "There is no component with this id; add it to components.csv.");
        return null;
    }

    public ReferenceContent AddTo(ReferenceContent content) => content with
    {
        Components =
        [
            .. _components.Values.Select(known => known.Component)
                .OrderBy(component => component.Id, StringComparer.Ordinal),
        ],
        Mrc = _mrc.ToImmutableDictionary(pair => pair.Key, pair => pair.Value.ToMrc(), StringComparer.Ordinal),
        BilledMrc = _billed.ToImmutableDictionary(pair => pair.Key, pair => pair.Value.Amount),
    };

    private sealed class MrcRows(MrcBasis basis, int line)
    {
        public MrcBasis Basis => basis;

        public int Line => line;

        public Dictionary<LocalDate, (decimal Amount, int Line)> Amounts { get; } = [];

        public Outages.ComponentMrc ToMrc() => basis switch
        {
            MrcBasis.UsageOnly => Outages.ComponentMrc.UsageOnly,
            MrcBasis.UnsplitBundle => Outages.ComponentMrc.UnsplitBundle,
            _ => Outages.ComponentMrc.Of(Amounts.Select(amount => new MrcChange(amount.Key, amount.Value.Amount))),
        };
    }
}
