using System.Collections.Frozen;
using System.Collections.Immutable;

namespace VoiceQuality.Sla.Reference;

/// <summary>How a column is written out and compared.</summary>
public enum ColumnForm
{
    /// <summary>Text as it is.</summary>
    Text,

    /// <summary>A telephone number; never shown in full.</summary>
    Number,

    /// <summary>US dollars, or US dollars per minute.</summary>
    Amount,

    /// <summary>Text that says something of a person or a place; never shown outside an export.</summary>
    Private,
}

/// <summary>One column of a kind.</summary>
/// <param name="Name">Name in the first line of the file.</param>
/// <param name="Form">How it is written.</param>
/// <param name="IsRequired">Whether the column and every field in it must be there.</param>
/// <param name="IsKey">Whether it tells one row from the others.</param>
public sealed record ReferenceColumn(string Name, ColumnForm Form, bool IsRequired, bool IsKey);

/// <summary>The columns of one kind of reference data.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Purpose">What it holds, for whoever fills it in.</param>
/// <param name="Columns">In the order in which they are exported.</param>
public sealed record ReferenceSchema(string Kind, string Purpose, ImmutableArray<ReferenceColumn> Columns)
{
    private static readonly FrozenDictionary<string, ReferenceSchema> Schemas = Build()
        .ToFrozenDictionary(schema => schema.Kind, StringComparer.Ordinal);

    /// <summary>The schemas in the order of <see cref="ReferenceKinds.All"/>.</summary>
    public static ImmutableArray<ReferenceSchema> All { get; } = [.. ReferenceKinds.All.Select(kind => Schemas[kind])];

    /// <summary>The schema of a kind; null when there is no such kind.</summary>
    public static ReferenceSchema? Find(string kind) => Schemas.GetValueOrDefault(kind);

    /// <summary>The names of the columns, separated by commas; optional ones in brackets.</summary>
    public string Describe() =>
        string.Join(", ", Columns.Select(column => column.IsRequired ? column.Name : $"[{column.Name}]"));

    // "!" in front: part of the key. "?" behind: optional. ":n" a telephone number, ":a" an amount, ":p" private.
    private static ReferenceSchema[] Build() =>
    [
        Of(ReferenceKinds.Components, "parts of the service that can fail (R-20)",
            "!component", "account", "unit?", "name", "kind", "from", "to?", "addresses?"),
        Of(ReferenceKinds.ComponentMrc, "monthly charge of each component (R-23, R-25)",
            "!component", "!from", "basis", "amount:a?"),
        Of(ReferenceKinds.MrcBilled, "monthly charge that was billed (R-24)",
            "!component", "!month", "amount:a"),
        Of(ReferenceKinds.Numbers, "numbers that accounts hold (R-40, R-63)",
            "account", "unit?", "!number:n", "service", "component?", "!from", "to?"),
        Of(ReferenceKinds.Trunks, "signalling peers (R-68)",
            "!trunk", "account?", "addresses", "side", "trusted_identity", "!from", "to?"),
        Of(ReferenceKinds.Addresses, "Contract Address and Service Address (R-45, R-63)",
            "!account", "!from", "contract_address:p", "service_address:p?", "btn:n?"),
        Of(ReferenceKinds.Programs, "pricing programs (R-74)",
            "!account", "!from", "program", "notice_sent_at?"),
        Of(ReferenceKinds.Rates, "domestic rates, US dollars per minute (R-46, R-53)",
            "!account", "!program", "!class", "!jurisdiction?", "!tier?", "rate:a", "!from", "notice_sent_at?"),
        Of(ReferenceKinds.Decks, "international and extended rates, US dollars per minute (R-52)",
            "!account", "!class", "!prefix", "destination", "initial_s", "increment_s", "rate:a", "!from"),
        Of(ReferenceKinds.Tiers, "tiers by dialed digits (R-71, R-76)",
            "!edition", "from", "!npanxx", "ocn?", "tier"),
        Of(ReferenceKinds.AreaCodes, "where area codes are (R-61, R-67)",
            "!edition", "from", "!code", "place"),
        Of(ReferenceKinds.Holidays, "days that are no business days (R-108, R-111)", "!date", "name"),
        Of(ReferenceKinds.TollFree, "tests, campaigns and problems of toll-free numbers (R-40)",
            "!number:n", "!component", "!event", "!at", "tester:p?", "!test_call_id?", "result?", "reported_at?"),
        Of(ReferenceKinds.InternationalBlocks, "destinations blocked on suspected fraud (R-43)",
            "!prefix", "!account?", "reason", "author", "!from", "until?"),
        Of(ReferenceKinds.InternationalRestricted, "destinations that need consent (R-43)", "!prefix", "destination"),
        Of(ReferenceKinds.InternationalConsents, "signed consent forms (R-43)",
            "!account", "!form", "signed_at", "credit_standards_met_at?", "ended_at?", "reason?", "author"),
    ];

    private static ReferenceSchema Of(string kind, string purpose, params string[] columns) =>
        new(kind, purpose, [.. columns.Select(ColumnOf)]);

    private static ReferenceColumn ColumnOf(string text)
    {
        var isKey = text[0] == '!';
        var isRequired = text[^1] != '?';
        var parts = text.Trim('!', '?').Split(':');
        var form = parts.Length == 1 ? ColumnForm.Text : parts[1] switch
        {
            "n" => ColumnForm.Number,
            "a" => ColumnForm.Amount,
            _ => ColumnForm.Private,
        };
        return new ReferenceColumn(parts[0], form, isRequired, isKey);
    }
}
