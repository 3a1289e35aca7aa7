using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Sla.Examples;

/// <summary>How an example came out.</summary>
public enum ExampleStatus
{
    /// <summary>The answer is the expected one.</summary>
    Matches,

    /// <summary>The answer is another one.</summary>
    Differs,

    /// <summary>No rule answers this operation.</summary>
    Unsupported,

    /// <summary>The input is not what the operation takes.</summary>
    BadInput,
}

/// <summary>One worked example and what the rules answered.</summary>
/// <param name="Id">Id of the example.</param>
/// <param name="Op">Operation, such as "mos.tier".</param>
/// <param name="Title">What the example shows; null when it has no title.</param>
/// <param name="Status">How it came out.</param>
/// <param name="Expected">The expected answer as JSON on one line.</param>
/// <param name="Actual">The answer as JSON; null when there is none.</param>
/// <param name="Message">Why there is no answer; null when there is one.</param>
public sealed record ExampleResult(
    string Id, string Op, string? Title, ExampleStatus Status, string Expected, string? Actual, string? Message)
{
    /// <summary>Whether the answer is the expected one: no order in objects, order in arrays.</summary>
    public bool Matches => Status == ExampleStatus.Matches;
}

/// <summary>The results of a document, or why it could not be read.</summary>
/// <param name="Results">One per example, in the order of the document.</param>
/// <param name="Fault">Why there are no results; null when there are.</param>
public sealed record ExampleRun(IReadOnlyList<ExampleResult> Results, string? Fault)
{
    /// <summary>How many match.</summary>
    public int PassedCount => Results.Count(result => result.Matches);

    /// <summary>How many do not, the unsupported ones among them.</summary>
    public int FailedCount => Results.Count - PassedCount;
}

/// <summary>
/// Runs worked contract examples through the rules that decide credits. An operation is one entry of a table.
/// </summary>
public sealed class ContractExampleRunner
{
    // Answers are read by people at a terminal, not inside a page: an apostrophe stays one.
    private static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly FrozenDictionary<string, ExampleOperation> _operations;

    /// <summary>A runner with every operation that the rules answer.</summary>
    public ContractExampleRunner(ContractPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var operations = new Dictionary<string, ExampleOperation>(StringComparer.Ordinal);
        MosExamples.Register(operations, policy);
        PeriodExamples.Register(operations);
        OutageExamples.Register(operations, policy);
        TollFreeExamples.Register(operations);
        RatingExamples.Register(operations, policy);
        ScenarioExamples.Register(operations, policy);
        LedgerExamples.Register(operations, policy);
        ClockExamples.Register(operations);
        PrivacyExamples.Register(operations, policy);
        _operations = operations.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The operations that are answered.</summary>
    public IEnumerable<string> Operations => _operations.Keys.Order(StringComparer.Ordinal);

    /// <summary>Runs every example of a document. Never throws on data.</summary>
    public ExampleRun Run(ReadOnlyMemory<byte> json)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json);
        }
        catch (JsonException broken)
        {
            return new ExampleRun([], string.Create(
                CultureInfo.InvariantCulture,
                $"Not JSON: line {(broken.LineNumber ?? 0) + 1}, octet {(broken.BytePositionInLine ?? 0) + 1}."));
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("examples", out var examples)
                || examples.ValueKind != JsonValueKind.Array)
            {
                return new ExampleRun([], "The document has no array \"examples\".");
            }

            var fixtures = document.RootElement.TryGetProperty("fixtures", out var found) ? found : default;
            try
            {
                if (FaultOf(document.RootElement, examples) is { } fault)
                {
                    return new ExampleRun([], fault);
                }

                return new ExampleRun([.. examples.EnumerateArray().Select(example => RunOne(example, fixtures))], null);
            }
            catch (InvalidOperationException)
            {
                // The reader refuses text with half of a surrogate pair only when the text is asked for.
                return new ExampleRun([], "A string of the document is not Unicode text.");
            }
        }
    }

    // What the schema asks of every document. An answer that cannot be told by its id is of no use to anybody.
    private static string? FaultOf(JsonElement document, JsonElement examples)
    {
        if (document.TryGetProperty("schema_version", out var version)
            && !(version.ValueKind == JsonValueKind.Number && version.TryGetInt32(out var number) && number == 1))
        {
            return "\"schema_version\" is not 1.";
        }

        var ids = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var example in examples.EnumerateArray())
        {
            var what = TextOf(example, "id") is not { Length: > 0 } id ? "has no string \"id\""
                : TextOf(example, "op") is null ? "has no string \"op\""
                : !HasObject(example, "given") ? "has no object \"given\""
                : !HasObject(example, "expect") ? "has no object \"expect\""
                : !ids.Add(id) ? "has the id of an example before it"
                : null;
            if (what is not null)
            {
                return string.Create(CultureInfo.InvariantCulture, $"examples[{index}] {what}.");
            }

            index++;
        }

        return null;
    }

    private static bool HasObject(JsonElement example, string name) =>
        example.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object;

    private ExampleResult RunOne(JsonElement example, JsonElement fixtures)
    {
        var id = TextOf(example, "id") ?? "";
        var op = TextOf(example, "op") ?? "";
        var title = TextOf(example, "title");
        var expect = example.GetProperty("expect");
        var expected = OneLine(expect);

        if (!_operations.TryGetValue(op, out var operation))
        {
            return Without(ExampleStatus.Unsupported, "No rule answers this operation.");
        }

        try
        {
            var actual = operation(new ExampleInput(example.GetProperty("given"), fixtures)).ToJsonString(Plain);
            using var answer = JsonDocument.Parse(actual);
            var matches = JsonElement.DeepEquals(answer.RootElement, expect);
            return new ExampleResult(
                id, op, title, matches ? ExampleStatus.Matches : ExampleStatus.Differs, expected, actual, null);
        }
        catch (ExampleInputException bad)
        {
            return Without(ExampleStatus.BadInput, bad.Message);
        }
        catch (OverflowException)
        {
            // Sums are checked: one that cannot be held is refused, never wrapped.
            return Without(ExampleStatus.BadInput, "An amount is too large.");
        }

        ExampleResult Without(ExampleStatus status, string message) =>
            new(id, op, title, status, expected, null, message);
    }

    private static string OneLine(JsonElement json)
    {
        var octets = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(octets, new JsonWriterOptions { Encoder = Plain.Encoder }))
        {
            json.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(octets.WrittenSpan);
    }

    private static string? TextOf(JsonElement example, string name) =>
        example.ValueKind == JsonValueKind.Object
        && example.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}

/// <summary>Answers one example.</summary>
internal delegate JsonObject ExampleOperation(ExampleInput input);
