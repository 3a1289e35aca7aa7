using VoiceQuality.Monitor.Calls;
using VoiceQuality.Monitor.Streams;
using VoiceQuality.Service.Pages;
using VoiceQuality.Service.Policies;
using VoiceQuality.Service.Rescoring;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Service.Noc;

/// <summary>Calls as pages and API show them.</summary>
internal sealed class CallPages(
    CallQueries calls, IAccountBookSource books, ScoringDirectory scoring, PolicyDirectory contracts)
{
    /// <summary>The search as the storage takes it.</summary>
    public static CallFilter FilterOf(CallSearch search) => new()
    {
        FromUs = search.From is { } from ? from.ToUnixTimeTicks() / 10 : null,
        ToUs = search.To is { } to ? to.ToUnixTimeTicks() / 10 : null,
        AccountId = search.AccountId,
        UnitId = search.UnitId,
        Outcome = search.Outcome,
        MaxMosE4 = search.MosBelowE4 - 1,
        UnscoredOnly = search.IsUnscoredOnly,
        Cursor = search.Cursor,
        Limit = search.Limit,
    };

    /// <summary>Whether the cursor was made for this search.</summary>
    public static bool HasValidCursor(CallSearch search) => CallQueries.HasValidCursor(FilterOf(search));

    /// <summary>One page of the list; the cursor must be valid.</summary>
    public async Task<CallsView> ListAsync(CallSearch search, CancellationToken cancellationToken)
    {
        var book = books.Book;
        var page = await calls.ListAsync(FilterOf(search), cancellationToken);
        var policies = await contracts.GetAsync(cancellationToken);
        var lines = new List<CallLine>(page.Calls.Count);
        foreach (var summary in page.Calls)
        {
            // The record is asked for only where it has something to tell.
            var reading = ReadingOf(summary, policies);
            var record = summary.ReceivedPackets > 0 || reading != MosReading.Default
                ? (await calls.GetAsync(summary.Key, cancellationToken))?.Record
                : null;
            lines.Add(LineOf(summary, book) with
            {
                LossPercent = LossOf(record?.Streams ?? []),
                Reading = reading,
                Counted = ScoreReading.Of(reading, summary, record?.Streams),
            });
        }

        return new CallsView(search, lines, page.NextCursor, AccountChoices(book), UnitChoices(book, search.AccountId));
    }

    /// <summary>One call; null when there is none with this id.</summary>
    public async Task<CallView?> GetAsync(string id, CancellationToken cancellationToken)
    {
        if (!CallKey.TryParse(id, out var key) || await calls.GetAsync(key, cancellationToken) is not { } call)
        {
            return null;
        }

        var book = books.Book;
        var summary = call.Summary;
        var account = AccountOf(summary);
        var policies = await scoring.GetAsync(cancellationToken);
        var reading = ReadingOf(summary, await contracts.GetAsync(cancellationToken));
        return new CallView(
            id, summary, call.Record, account, account is null ? null : book.FindAccount(account)?.Name ?? account,
            summary.UnitId, UnitNameOf(book, summary.UnitId),
            [
                .. (call.Record?.Streams ?? []).Select(
                    (stream, i) => new StreamView(stream, ScoreExplanation.Of(stream, policies))
                    {
                        DuplicateOf = DuplicateOf(call.Record!, i),
                    }),
            ])
        {
            Reading = reading,
            Counted = ScoreReading.Of(reading, summary, call.Record?.Streams),
        };
    }

    private static int? DuplicateOf(CallRecord call, int stream)
    {
        foreach (var copy in call.Copies)
        {
            if (copy.Stream == stream)
            {
                return copy.Of;
            }
        }

        return null;
    }

    private static CallLine LineOf(CallSummary summary, AccountBook book) => new()
    {
        Id = summary.Key.ToString(),
        AccountId = AccountOf(summary),
        UnitId = summary.UnitId,
        UnitName = UnitNameOf(book, summary.UnitId),
        From = summary.Identity?.Caller,
        To = summary.Identity?.Callee,
        StartedAtUs = summary.StartedAtUs,
        AnsweredAtUs = summary.AnsweredAtUs,
        EndedAtUs = summary.EndedAtUs,
        PostDialDelayUs = summary.PostDialDelayUs,
        Outcome = summary.Outcome,
        FinalStatus = summary.FinalStatus,
        MosE4 = summary.MosLqE4,
        UnscoredReason = summary.UnscoredReason,
    };

    private static MosReading ReadingOf(CallSummary summary, PolicyBook policies) =>
        AccountOf(summary) is { } account && summary.Month is { } month
            ? policies.InForce(account, month).MosReading
            : MosReading.Default;

    private static string? AccountOf(CallSummary summary) =>
        summary.UnitId == BusinessUnit.UnassignedId ? null : summary.AccountId;

    private static string UnitNameOf(AccountBook book, string unitId) => book.FindUnit(unitId)?.Name ?? unitId;

    private static IReadOnlyList<Choice> AccountChoices(AccountBook book) =>
        [.. book.Accounts.OrderBy(a => a.Name, StringComparer.OrdinalIgnoreCase).Select(a => new Choice(a.AccountId, a.Name))];

    private static IReadOnlyList<Choice> UnitChoices(AccountBook book, string? accountId) =>
    [
        new Choice(BusinessUnit.UnassignedId, BusinessUnit.Unassigned.Name),
        .. book.Units.Where(unit => accountId is null || unit.AccountId == accountId)
            .OrderBy(unit => unit.Name, StringComparer.OrdinalIgnoreCase).Select(unit => new Choice(unit.UnitId, unit.Name)),
    ];

    private static double? LossOf(IReadOnlyList<StreamRecord> streams)
    {
        var expected = streams.Sum(stream => stream.Total.Expected);
        return expected > 0 ? 100.0 * streams.Sum(stream => stream.Total.Lost) / expected : null;
    }
}
