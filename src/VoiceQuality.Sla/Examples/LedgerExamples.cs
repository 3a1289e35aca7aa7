using System.Text.Json.Nodes;
using VoiceQuality.Sla.Export;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Sla.Examples;

/// <summary>Operations of the areas "ledger", "api" and "export" .</summary>
internal static class LedgerExamples
{
    private const int Created = 201;
    private const string ReplayOfFirst = "REPLAY_OF_FIRST";

    // A request came while the first one was running when a field with one of these in its name says so.
    private static readonly string[] Running = ["running", "progress", "concurrent", "in_flight", "unfinished"];

    private static readonly string[] Finished = ["completed", "finished", "answered"];

    public static void Register(Dictionary<string, ExampleOperation> operations, ContractPolicy policy)
    {
        operations.Add("ledger.restate", Restate);
        operations.Add("api.idempotency", input => Idempotent(input, policy));
        operations.Add("export.csv_cell", Cell);
    }

    private static JsonObject Restate(ExampleInput input)
    {
        var history = input.Items("posted").Select(entry => new LedgerAmount(
            entry.Text("id"), entry.Decimal("amount"), StateOf(entry))).ToList();
        var restatement = Restatement.Of(history, input.Decimal("recomputed"));
        return new JsonObject
        {
            ["new_entry"] = restatement.NewEntry is not { } entry ? null : new JsonObject
            {
                ["amount"] = Money.Format(entry.Amount),
                ["corrects"] = entry.Corrects,
                ["state"] = WireName.Of(entry.State),
            },
            ["net_now"] = Money.Format(restatement.NetNow),
            ["net_after_approval"] = Money.Format(restatement.NetAfterApproval),
        };
    }

    private static LedgerEntryState StateOf(ExampleInput entry) => entry.OptionalText("state") is not { } name
        ? LedgerEntryState.Posted
        : WireName.TryParse<LedgerEntryState>(name, out var state)
            ? state
            : throw ExampleInput.Bad("state", "no such state");

    private static JsonObject Idempotent(ExampleInput input, ContractPolicy policy)
    {
        var known = new Dictionary<(string Account, string Key), KnownKey>();
        var responses = new JsonArray();
        var created = 0;
        foreach (var request in input.Items("requests"))
        {
            var key = request.OptionalText("key");
            var body = request.Text("body_hash");
            var id = (request.Text("account"), key ?? "");
            var isRunning = IsRunning(request);
            KnownKey? first = known.TryGetValue(id, out var found)
                ? found with { IsAnswered = found.IsAnswered && !isRunning }
                : null;
            var decision = Idempotency.Decide(key, body, first);
            if (decision == IdempotencyDecision.Run)
            {
                known.Add(id, new KnownKey(body, !isRunning));
                created++;
            }

            responses.Add(decision switch
            {
                IdempotencyDecision.Run => JsonValue.Create(Created),
                IdempotencyDecision.Replay => JsonValue.Create(ReplayOfFirst),
                _ => JsonValue.Create(Idempotency.RefusalStatus(decision, policy)),
            });
        }

        return new JsonObject { ["responses"] = responses, ["entries_created"] = created };
    }

    private static bool IsRunning(ExampleInput request) => request.Names.Any(name =>
        (Running.Any(word => name.Contains(word, StringComparison.Ordinal)) && request.Says(name))
        || (Finished.Contains(name, StringComparer.Ordinal) && !request.Says(name)));

    private static JsonObject Cell(ExampleInput input)
    {
        var value = input.OptionalText("value");
        var cell = input.Text("type") switch
        {
            "TEXT" => CsvCell.Text(value),
            "PHONE" or "PHONE_NUMBER" => CsvCell.Phone(value),
            "AMOUNT" => CsvCell.Amount(input.OptionalDecimal("value")),
            "NUMBER" or "DECIMAL" or "INTEGER" or "COUNT" => CsvCell.Number(input.OptionalDecimal("value")),
            _ => throw ExampleInput.Bad("type", "no such column type"),
        };
        return new JsonObject { ["cell"] = cell };
    }
}
