using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using VoiceQuality.Sla.Accounts;

namespace VoiceQuality.Sla.Policies;

/// <summary>
/// One field of a policy: its name, its documentation, and how it is read, written and described. The document, its
/// schema and the digest are all made from the one table of these, so no two of them can differ.
/// </summary>
/// <param name="Name">Name as the contract's readings have it, such as "grace_days".</param>
/// <param name="Rules">The rules it settles, such as "R-83".</param>
/// <param name="Description">What the field decides.</param>
internal abstract record PolicyField(string Name, string Rules, string Description)
{
    /// <summary>Whether only one reading is built in, so that the field says it and changes nothing.</summary>
    public virtual bool IsFixed => false;

    /// <summary>Whether a document may leave it out, because there were policies before the field.</summary>
    public virtual bool IsOptional => false;

    /// <summary>The policy with this field as the document has it; as it was, after reporting an error.</summary>
    public abstract ContractPolicy Read(JsonFields fields, ContractPolicy policy);

    /// <summary>Writes the value.</summary>
    public abstract void Write(Utf8JsonWriter json, ContractPolicy policy);

    /// <summary>Writes the keywords of JSON Schema that say which values there are.</summary>
    public abstract void WriteSchema(Utf8JsonWriter json);

    /// <summary>The value as the digest has it; one text a line.</summary>
    public abstract IEnumerable<string> CanonicalValues(ContractPolicy policy);
}

/// <summary>A reading for which only one rule is built in.</summary>
internal sealed record FixedField(string Name, string Rules, string Description, Func<ContractPolicy, string> Get)
    : PolicyField(Name, Rules, Description)
{
    public override bool IsFixed => true;

    public override ContractPolicy Read(JsonFields fields, ContractPolicy policy)
    {
        if (fields.Text(Name) is { } text && text != Get(policy))
        {
            fields.Report(Name, AccountBookErrorKind.BadValue,
                $"Only one reading is built in, and it must be stated word for word: \"{Get(policy)}\".");
        }

        return policy;
    }

    public override void Write(Utf8JsonWriter json, ContractPolicy policy) => json.WriteStringValue(Get(policy));

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("const", Get(ContractPolicy.Default));
        json.WriteBoolean("fixed", true);
    }

    public override IEnumerable<string> CanonicalValues(ContractPolicy policy) => [Get(policy)];
}

/// <summary>The name of the policy.</summary>
internal sealed record VersionField(string Name, string Rules, string Description)
    : PolicyField(Name, Rules, Description)
{
    private const int MaxLength = 64;

    public override ContractPolicy Read(JsonFields fields, ContractPolicy policy) =>
        fields.Id(Name) is { } version ? policy with { Version = version } : policy;

    public override void Write(Utf8JsonWriter json, ContractPolicy policy) => json.WriteStringValue(policy.Version);

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", "string");
        json.WriteNumber("maxLength", MaxLength);
        json.WriteString("pattern", "^[A-Za-z0-9][A-Za-z0-9._-]*$");
    }

    public override IEnumerable<string> CanonicalValues(ContractPolicy policy) => [policy.Version];
}

/// <summary>A whole number within bounds.</summary>
internal sealed record IntegerField(
    string Name,
    string Rules,
    string Description,
    int Least,
    int Most,
    Func<ContractPolicy, int> Get,
    Func<ContractPolicy, int, ContractPolicy> With)
    : PolicyField(Name, Rules, Description)
{
    /// <summary>What a document without the field means; null when it must say. The digest leaves it out too.</summary>
    public int? UnlessSaid { get; init; }

    public override bool IsOptional => UnlessSaid is not null;

    public override ContractPolicy Read(JsonFields fields, ContractPolicy policy) =>
        UnlessSaid is { } unlessSaid && !fields.Has(Name) ? With(policy, unlessSaid)
        : fields.Integer(Name, Least, Most, fallback: null) is { } value ? With(policy, value)
        : policy;

    public override void Write(Utf8JsonWriter json, ContractPolicy policy) => json.WriteNumberValue(Get(policy));

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", "integer");
        json.WriteNumber("minimum", Least);
        json.WriteNumber("maximum", Most);
    }

    public override IEnumerable<string> CanonicalValues(ContractPolicy policy) =>
        Get(policy) == UnlessSaid ? [] : [Get(policy).ToString(CultureInfo.InvariantCulture)];
}

/// <summary>A reading that the rules know, and what it means.</summary>
internal sealed record PolicyChoice<TEnum>(TEnum Value, string Meaning)
    where TEnum : struct, Enum;

/// <summary>One of several readings.</summary>
internal sealed record ChoiceField<TEnum>(
    string Name,
    string Rules,
    string Description,
    ImmutableArray<PolicyChoice<TEnum>> Choices,
    Func<ContractPolicy, TEnum> Get,
    Func<ContractPolicy, TEnum, ContractPolicy> With)
    : PolicyField(Name, Rules, Description)
    where TEnum : struct, Enum
{
    /// <summary>The value as the digest has it; the name in capitals unless another text was pinned before.</summary>
    public Func<TEnum, string> CanonicalText { get; init; } = WireName.Of;

    /// <summary>What a document without the field means; null when it must say. The digest leaves it out too.</summary>
    public TEnum? UnlessSaid { get; init; }

    /// <summary>Readings that somebody may ask for and that are not built in, each with why.</summary>
    public IReadOnlyDictionary<string, string> Refused { get; init; } = ImmutableDictionary<string, string>.Empty;

    public override bool IsOptional => UnlessSaid is not null;

    public override ContractPolicy Read(JsonFields fields, ContractPolicy policy)
    {
        if (UnlessSaid is { } unlessSaid && !fields.Has(Name))
        {
            return With(policy, unlessSaid);
        }

        if (fields.Text(Name) is not { } text)
        {
            return policy;
        }

        if (WireName.TryParse<TEnum>(text, out var value))
        {
            return With(policy, value);
        }

        fields.Report(Name, AccountBookErrorKind.BadValue,
            "One of these is expected here: "
            + $"{string.Join(", ", Choices.Select(choice => WireName.Of(choice.Value)))}."
            + (Refused.TryGetValue(text, out var why) ? $" {why}" : ""));
        return policy;
    }

    public override void Write(Utf8JsonWriter json, ContractPolicy policy) =>
        json.WriteStringValue(WireName.Of(Get(policy)));

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteStartArray("oneOf");
        foreach (var choice in Choices)
        {
            json.WriteStartObject();
            json.WriteString("const", WireName.Of(choice.Value));
            json.WriteString("description", choice.Meaning);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public override IEnumerable<string> CanonicalValues(ContractPolicy policy) =>
        UnlessSaid is { } unlessSaid && EqualityComparer<TEnum>.Default.Equals(Get(policy), unlessSaid)
            ? []
            : [CanonicalText(Get(policy))];
}
