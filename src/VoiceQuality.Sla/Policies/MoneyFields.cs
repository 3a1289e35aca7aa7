using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Rating;

namespace VoiceQuality.Sla.Policies;

/// <summary>US dollars per minute as text, so that no reader makes a binary fraction of it.</summary>
internal sealed record RateField(
    string Name,
    string Rules,
    string Description,
    decimal Most,
    Func<ContractPolicy, decimal> Get,
    Func<ContractPolicy, decimal, ContractPolicy> With)
    : PolicyField(Name, Rules, Description)
{
    public override ContractPolicy Read(JsonFields fields, ContractPolicy policy)
    {
        if (fields.Text(Name) is not { } text)
        {
            return policy;
        }

        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot is >= 1 and <= 3
            && text.Length - dot - 1 is >= 1 and <= 4
            && !text.AsSpan(0, dot).ContainsAnyExceptInRange('0', '9')
            && !text.AsSpan(dot + 1).ContainsAnyExceptInRange('0', '9')
            && decimal.Parse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) is var value
            && value <= Most)
        {
            return With(policy, value);
        }

        fields.Report(Name, AccountBookErrorKind.BadValue,
            $"Text of an amount from 0.0 to {Most.ToString("0.0", CultureInfo.InvariantCulture)} with 1 to 4 decimals "
            + "is expected here, such as \"0.0300\".");
        return policy;
    }

    public override void Write(Utf8JsonWriter json, ContractPolicy policy) =>
        json.WriteStringValue(Rate.Round(Get(policy)).ToString());

    public override void WriteSchema(Utf8JsonWriter json)
    {
        // The pattern is for 100 exactly; the largest amount of the one field there is.
        json.WriteString("type", "string");
        json.WriteString("pattern", @"^(0?[0-9]?[0-9]\.[0-9]{1,4}|100\.0{1,4})$");
    }

    public override IEnumerable<string> CanonicalValues(ContractPolicy policy) => [Rate.Round(Get(policy)).ToString()];
}

/// <summary>The rows of the credit table.</summary>
internal sealed record BoundsField(string Name, string Rules, string Description)
    : PolicyField(Name, Rules, Description)
{
    private const string Below = "below_e4";
    private const string Percent = "credit_percent";

    public override ContractPolicy Read(JsonFields fields, ContractPolicy policy)
    {
        if (fields.Items(Name, isRequired: true) is not { } items || !fields.Has(Name))
        {
            return policy;
        }

        var rows = ImmutableArray.CreateBuilder<MosCreditTier>();
        foreach (var item in items.Take(MosCreditTiers.MaxRows))
        {
            var row = fields.Within(item, Below, Percent);
            var below = row.IsObject
                ? row.Integer(Below, MosCreditTiers.LowestBoundE4, MeanMos.HighestE4, fallback: null)
                : null;
            var percent = row.IsObject ? row.Integer(Percent, 1, 100, fallback: null) : null;

            if (below is { } bound && percent is { } credit)
            {
                rows.Add(new MosCreditTier(bound, credit, ""));
                Check(row, rows);
            }
        }

        if (items.Count is 0 or > MosCreditTiers.MaxRows)
        {
            fields.Report(
                Name, AccountBookErrorKind.BadValue, $"1 to {MosCreditTiers.MaxRows} rows are expected here.");
        }

        return fields.HasErrors ? policy : policy with { MosBounds = rows.ToImmutable() };
    }

    public override void Write(Utf8JsonWriter json, ContractPolicy policy)
    {
        json.WriteStartArray();
        foreach (var row in policy.MosBounds)
        {
            json.WriteStartObject();
            json.WriteNumber(Below, row.UpperBoundE4);
            json.WriteNumber(Percent, row.CreditPercent);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", "array");
        json.WriteNumber("minItems", 1);
        json.WriteNumber("maxItems", MosCreditTiers.MaxRows);
        json.WriteStartObject("items");
        json.WriteString("type", "object");
        json.WriteBoolean("additionalProperties", false);
        json.WriteStartArray("required");
        json.WriteStringValue(Below);
        json.WriteStringValue(Percent);
        json.WriteEndArray();
        json.WriteStartObject("properties");
        json.WriteStartObject(Below);
        json.WriteString("description", "The row ends below this mean, in ten-thousandths of a MOS point.");
        json.WriteString("type", "integer");
        json.WriteNumber("minimum", MosCreditTiers.LowestBoundE4);
        json.WriteNumber("maximum", MeanMos.HighestE4);
        json.WriteNumber("multipleOf", MosCreditTiers.BoundStepE4);
        json.WriteEndObject();
        json.WriteStartObject(Percent);
        json.WriteString("description", "Percent of the usage billing.");
        json.WriteString("type", "integer");
        json.WriteNumber("minimum", 1);
        json.WriteNumber("maximum", 100);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public override IEnumerable<string> CanonicalValues(ContractPolicy policy) => policy.MosBounds.Select(
        row => string.Create(
            CultureInfo.InvariantCulture, $"<{row.UpperBoundE4}e-4:{row.CreditPercent}%:{row.RowName}"));

    private static void Check(JsonFields row, ImmutableArray<MosCreditTier>.Builder rows)
    {
        if (rows[^1].UpperBoundE4 % MosCreditTiers.BoundStepE4 != 0)
        {
            row.Report(Below, AccountBookErrorKind.BadValue,
                "A multiple of 10 is expected here: a bound between two shown averages could not be seen.");
        }

        if (rows.Count < 2)
        {
            return;
        }

        if (rows[^1].UpperBoundE4 <= rows[^2].UpperBoundE4)
        {
            row.Report(
                Below, AccountBookErrorKind.BadValue, "Rows go from worst to best: a bound above the last is expected.");
        }

        if (rows[^1].CreditPercent > rows[^2].CreditPercent)
        {
            row.Report(Percent, AccountBookErrorKind.BadValue, "A better average cannot earn more than a worse one.");
        }
    }
}
