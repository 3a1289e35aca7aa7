namespace VoiceQuality.Sla.Policies;

/// <summary>
/// The JSON Schema (2020-12) of a policy, made from the table that reads and writes it. A field with the annotation
/// "fixed" states the only reading that is built in; the others steer the rules.
/// </summary>
public static class ContractPolicySchema
{
    /// <summary>Media type of the schema.</summary>
    public const string MediaType = "application/schema+json";

    /// <summary>The schema, ended by a line feed. It never changes while the program runs.</summary>
    public static string Json { get; } = PolicyJson.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
        json.WriteString("title", "Contract policy");
        json.WriteString(
            "description",
            "How the contract is read: one field for each point on which its words leave a choice. A field that is "
            + "fixed states the only reading that is built in; the others steer the rules.");
        json.WriteString("type", "object");
        json.WriteBoolean("additionalProperties", false);
        json.WriteStartArray("required");
        foreach (var field in PolicyFields.Table.Where(field => !field.IsOptional))
        {
            json.WriteStringValue(field.Name);
        }

        json.WriteEndArray();
        json.WriteStartObject("properties");
        foreach (var field in PolicyFields.Table)
        {
            json.WriteStartObject(field.Name);
            json.WriteString("description", $"{field.Description} ({field.Rules})");
            field.WriteSchema(json);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>Names of the fields that state the only reading that is built in.</summary>
    public static IReadOnlyList<string> FixedFields { get; } =
        [.. PolicyFields.Table.Where(field => field.IsFixed).Select(field => field.Name)];
}
