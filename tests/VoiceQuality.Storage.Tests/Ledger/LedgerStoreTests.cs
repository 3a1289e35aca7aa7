using System.Text;
using NodaTime;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Storage.Ledger;

namespace VoiceQuality.Storage.Tests.Ledger;

/// <summary>What a ledger does, whatever database it stands on.</summary>
public abstract class LedgerStoreTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ServiceMonth November = new(2026, 11);
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 22, 10, 0);
    private static readonly ClaimKey Claim = new("A-1", "U-1", new ServiceMonth(2026, 10), LedgerEntryKind.MosCredit);

    /// <summary>An empty database, deleted when it is disposed.</summary>
    private protected abstract Task<Database> OpenAsync();

    [Fact]
    public async Task An_entry_is_read_back_as_it_was_posted_and_the_chain_holds()
    {
        await using var database = await OpenAsync();
        var ledger = new LedgerRepository(database);

        var posted = await ledger.PostAsync(Claim, 2526.05m, Stamp("L1"), None);
        var component = Claim with { Kind = LedgerEntryKind.OutageCredit, ComponentId = "C-1" };
        await ledger.PostAsync(component, 1_000_000_000_000m, Stamp("L2"), None);
        await ledger.PostAsync(Claim with { Kind = LedgerEntryKind.Charge }, -0.01m, Stamp("L3"), None);

        Assert.Equal(PostOutcome.Posted, posted.Outcome);
        Assert.Equal([posted.Entry], await ledger.ListClaimAsync(Claim, None));
        Assert.Equal(
            [2526.05m, 1_000_000_000_000m, -0.01m], (await ledger.ListAccountAsync("A-1", None)).Select(e => e.Amount));
        Assert.Equal("C-1", Assert.Single(await ledger.ListClaimAsync(component, None)).Claim.ComponentId);
        var verdict = await ledger.VerifyAsync(null, None);
        Assert.Equal((null, 3L), (verdict.Fault, verdict.Head.Sequence));
        Assert.True((await ledger.VerifyAsync(verdict.Head, None)).Holds);
    }

    [Fact]
    public async Task Posting_again_under_any_name_adds_nothing()
    {
        await using var database = await OpenAsync();
        var ledger = new LedgerRepository(database);
        var first = await ledger.PostAsync(Claim, 10m, Stamp("L1"), None);

        Assert.Equal(
            new PostResult(PostOutcome.AlreadyPosted, first.Entry), await ledger.PostAsync(Claim, 10m, Stamp("L1"), None));
        Assert.Equal(
            new PostResult(PostOutcome.ClaimAlreadyPosted, first.Entry),
            await ledger.PostAsync(Claim, 10m, Stamp("L2"), None));
        Assert.Equal(
            new PostResult(PostOutcome.NameIsTaken, first.Entry),
            await ledger.PostAsync(Claim with { UnitId = "U-2" }, 10m, Stamp("L1"), None));
        Assert.Single(await ledger.ListAccountAsync("A-1", None));
    }

    [Fact]
    public async Task A_hundred_parallel_posts_of_one_claim_make_one_entry()
    {
        await using var database = await OpenAsync();
        var ledger = new LedgerRepository(database);

        var results = await Task.WhenAll(Enumerable.Range(1, 100).Select(
            i => Task.Run(() => ledger.PostAsync(Claim, 10m, Stamp(i % 2 == 0 ? "L1" : $"L{i}"), None))));

        var entry = Assert.Single(await ledger.ListAccountAsync("A-1", None));
        Assert.Single(results, result => result.Outcome == PostOutcome.Posted);
        Assert.All(results, result => Assert.Equal(entry, result.Entry));
    }

    [Fact]
    public async Task A_hundred_parallel_requests_with_one_key_make_one_entry_and_give_one_answer()
    {
        await using var database = await OpenAsync();
        var ledger = new LedgerRepository(database);

        var results = await Task.WhenAll(Enumerable.Range(1, 100).Select(
            i => Task.Run(() => RequestAsync(ledger, "A-1", "k1", "body"))));

        Assert.Single(await ledger.ListAccountAsync("A-1", None));
        var answers = results.Where(result => result.Answer is not null).ToList();
        Assert.Single(answers, answer => answer.Decision == IdempotencyDecision.Run);
        Assert.All(answers, result => Assert.Equal("Posted", Encoding.UTF8.GetString(result.Answer!.Body.Span)));
        Assert.All(
            results.Where(result => result.Answer is null),
            result => Assert.Equal(IdempotencyDecision.StillRunning, result.Decision));
    }

    [Fact]
    public async Task A_repeat_is_replayed_another_body_is_refused_and_another_accounts_key_is_its_own()
    {
        await using var database = await OpenAsync();
        var ledger = new LedgerRepository(database);
        var first = await RequestAsync(ledger, "A-1", "k1", "body");
        var repeat = await RequestAsync(ledger, "A-1", "k1", "body");

        Assert.Equal((IdempotencyDecision.Run, 201), (first.Decision, first.Answer!.Status));
        Assert.Equal((IdempotencyDecision.Replay, 201), (repeat.Decision, repeat.Answer!.Status));
        Assert.Equal(first.Answer.Body.ToArray(), repeat.Answer.Body.ToArray());
        Assert.Equal(
            new IdempotentResult(IdempotencyDecision.BodyDiffers, null), await RequestAsync(ledger, "A-1", "k1", "other"));
        Assert.Equal(IdempotencyDecision.Run, (await RequestAsync(ledger, "A-2", "k1", "other")).Decision);
        Assert.Equal(
            new IdempotentResult(IdempotencyDecision.NoKey, null), await RequestAsync(ledger, "A-1", "", "body"));
        Assert.Single(await ledger.ListAccountAsync("A-1", None));
        Assert.Single(await ledger.ListAccountAsync("A-2", None));
    }

    [Fact]
    public async Task A_request_whose_first_is_still_running_is_told_so()
    {
        await using var database = await OpenAsync();
        var ledger = new LedgerRepository(database);
        var (entered, leave) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = ledger.RunOnceAsync(
            new IdempotentRequest("A-1", "k1", "body", Now),
            async (_, _) =>
            {
                entered.SetResult();
                await leave.Task;
                return new StoredAnswer(201, "text/plain", new byte[] { 1 });
            },
            None);
        await entered.Task;

        Assert.Equal(IdempotencyDecision.StillRunning, (await RequestAsync(ledger, "A-1", "k1", "body")).Decision);
        Assert.Equal(IdempotencyDecision.BodyDiffers, (await RequestAsync(ledger, "A-1", "k1", "other")).Decision);
        leave.SetResult();
        await first;
        Assert.Equal(IdempotencyDecision.Replay, (await RequestAsync(ledger, "A-1", "k1", "body")).Decision);
    }

    [Fact]
    public async Task Work_that_fails_leaves_neither_entry_nor_answer()
    {
        await using var database = await OpenAsync();
        var ledger = new LedgerRepository(database);
        await Assert.ThrowsAsync<InvalidOperationException>(() => ledger.RunOnceAsync(
            new IdempotentRequest("A-1", "k1", "body", Now),
            async (transaction, token) =>
            {
                await transaction.PostAsync(Claim, 10m, Stamp("L1"), token);
                throw new InvalidOperationException("broken");
            },
            None));

        Assert.Empty(await ledger.ListAccountAsync("A-1", None));
        Assert.Equal(IdempotencyDecision.Run, (await RequestAsync(ledger, "A-1", "k1", "body")).Decision);
    }

    [Fact]
    public async Task Parallel_days_of_one_component_add_up_to_the_cents_of_their_total()
    {
        await using var database = await OpenAsync();
        var ledger = new LedgerRepository(database);
        var claim = Claim with { Kind = LedgerEntryKind.OutageCredit, ComponentId = "C-1" };

        // 31 days at 300.00 / 30 = 10.00, at most the 300.00 that were billed. The day is decided within the
        // transaction.
        await Task.WhenAll(Enumerable.Range(1, 31).Select(day => Task.Run(() => ledger.InTransactionAsync(
            async (transaction, token) =>
            {
                var days = (await transaction.ReadClaimAsync(claim, token)).Count + 1;
                return await transaction.RestateAsync(claim, Math.Min(days * 10m, 300m), Stamp($"D{day}"), token);
            },
            None))));

        var entries = await ledger.ListClaimAsync(claim, None);
        Assert.Equal((30, 300m), (entries.Count, entries.Sum(entry => entry.Amount)));
        Assert.True((await ledger.VerifyAsync(null, None)).Holds);
    }

    [Fact]
    public async Task A_decrease_counts_when_another_person_approves_it()
    {
        await using var database = await OpenAsync();
        var ledger = new LedgerRepository(database);
        await ledger.PostAsync(Claim, 100m, Stamp("L1"), None);

        var decrease = await ledger.RestateAsync(Claim, 60m, Stamp("L2"), None);
        Assert.Equal((-40m, LedgerEntryState.PendingSecondApproval, "L1"),
            (decrease.Entry!.Amount, decrease.Entry.State, decrease.Entry.Corrects));
        Assert.Null((await ledger.RestateAsync(Claim, 60m, Stamp("L3"), None)).Entry);
        Assert.Equal(100m, await NetAsync(ledger));

        Assert.Equal(ApproveOutcome.SamePerson, (await ApproveAsync(ledger, "L2", "L3", "CLAIMS")).Outcome);
        Assert.Equal(ApproveOutcome.NotWaiting, (await ApproveAsync(ledger, "L1", "L3", "boss")).Outcome);
        var approved = await ApproveAsync(ledger, "L2", "L3", "boss");
        Assert.Equal((ApproveOutcome.Approved, "claims", "boss"),
            (approved.Outcome, approved.Entry!.Actor, approved.Entry.Approver));
        Assert.Equal(60m, await NetAsync(ledger));

        Assert.Equal(
            new ApproveResult(ApproveOutcome.AlreadyApproved, approved.Entry),
            await ApproveAsync(ledger, "L2", "L4", "another"));
        Assert.Equal(60m, await NetAsync(ledger));
        Assert.True((await ledger.VerifyAsync(null, None)).Holds);
    }

    [Fact]
    public async Task A_decrease_that_a_later_value_replaced_cannot_be_approved()
    {
        await using var database = await OpenAsync();
        var ledger = new LedgerRepository(database);
        await ledger.PostAsync(Claim, 100m, Stamp("L1"), None);
        await ledger.RestateAsync(Claim, 60m, Stamp("L2"), None);
        await ledger.RestateAsync(Claim, 100m, Stamp("L3"), None);

        Assert.Equal(ApproveOutcome.Superseded, (await ApproveAsync(ledger, "L2", "L4", "boss")).Outcome);
        Assert.Equal(100m, await NetAsync(ledger));
    }

    [Fact]
    public async Task A_pulled_period_reads_the_same_for_ever_and_corrections_go_to_the_next()
    {
        await using var database = await OpenAsync();
        var ledger = new LedgerRepository(database);
        for (var i = 1; i <= 5; i++)
        {
            await ledger.PostAsync(Claim with { UnitId = $"U-{i}" }, i, Stamp($"L{i}"), None);
        }

        await ledger.RestateAsync(Claim with { UnitId = "U-5" }, 4m, Stamp("L6"), None);
        var before = await PullAllAsync(ledger, November);

        // 1 + 2 + 3 + 4 + 5 = 15; the decrease that waits moves no money.
        Assert.Equal((5, new ControlTotals(5, 15m)), (before.Lines.Count, before.Totals));

        var raised = await ledger.RestateAsync(Claim with { UnitId = "U-1" }, 3m, Stamp("L7"), None);
        var lowered = await ApproveAsync(ledger, "L6", "L8", "boss");
        Assert.Equal((November.Next, November.Next), (raised.Entry!.PostingPeriod, lowered.Entry!.PostingPeriod));

        var after = await PullAllAsync(ledger, November);
        Assert.Equal(before.Lines, after.Lines);
        Assert.Equal(before.Totals, after.Totals);

        // 3 − 1 = 2, and −1.
        var next = await PullAllAsync(ledger, November.Next, Now + Duration.FromDays(10));
        Assert.Equal(new ControlTotals(2, 1m), next.Totals);
        Assert.True((await ledger.VerifyAsync(null, None)).Holds);
    }

    [Fact]
    public async Task A_period_that_has_not_begun_is_not_pulled()
    {
        await using var database = await OpenAsync();
        var ledger = new LedgerRepository(database);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => ledger.PullAsync(November.Next, 0, 10, "billing", Now, None));
        Assert.Equal(
            new ControlTotals(0, 0m), (await ledger.PullAsync(November, 0, 10, "billing", Now, None)).Totals);
    }

    [Fact]
    public async Task A_clock_that_was_set_back_posts_neither_twice_nor_into_what_was_pulled()
    {
        await using var database = await OpenAsync();
        var ledger = new LedgerRepository(database);
        await ledger.PostAsync(Claim, 10m, Stamp("L1"), None);
        await ledger.PullAsync(November, 0, 10, "billing", Now, None);

        var setBack = Stamp("L2") with { Now = Now - Duration.FromDays(60), WantedPeriod = new ServiceMonth(2026, 9) };
        Assert.Equal(PostOutcome.ClaimAlreadyPosted, (await ledger.PostAsync(Claim, 10m, setBack, None)).Outcome);
        var other = await ledger.PostAsync(Claim with { UnitId = "U-2" }, 10m, setBack, None);
        Assert.Equal(November.Next, other.Entry.PostingPeriod);
    }

    internal static LedgerStamp Stamp(string id) => new(id, November, "2026-2", "evidence", "claims", Now);

    private static async Task<decimal> NetAsync(LedgerRepository ledger) => Restatement.NetOf(
        (await ledger.ListClaimAsync(Claim, None)).Select(entry => new LedgerAmount(entry.Id, entry.Amount, entry.State)));

    private static Task<ApproveResult> ApproveAsync(LedgerRepository ledger, string waiting, string id, string approver) =>
        ledger.ApproveAsync(waiting, id, approver, November, Now, None);

    private static Task<IdempotentResult> RequestAsync(
        LedgerRepository ledger, string account, string key, string body) => ledger.RunOnceAsync(
            new IdempotentRequest(account, key, body, Now),
            async (transaction, token) =>
            {
                var result = await transaction.PostAsync(
                    Claim with { AccountId = account }, 10m, Stamp($"{account}-{key}"), token);
                return new StoredAnswer(201, "text/plain", Encoding.UTF8.GetBytes(result.Outcome.ToString()));
            },
            None);

    private static async Task<(List<string> Lines, ControlTotals Totals)> PullAllAsync(
        LedgerRepository ledger, ServiceMonth period, Instant? now = null)
    {
        var lines = new List<string>();
        var after = 0L;
        while (true)
        {
            var page = await ledger.PullAsync(period, after, 2, "billing", now ?? Now, None);
            lines.AddRange(page.Entries.Select(entry => $"{entry.Sequence}\n{entry.Entry.CanonicalText}{entry.Hash}"));
            Assert.Equal(page.Totals, (await ledger.PullAsync(period, 0, 1, "billing", Now + Duration.FromDays(40), None)).Totals);
            if (page.Next is not { } next)
            {
                return (lines, page.Totals);
            }

            after = next;
        }
    }
}

/// <summary>The behaviour on SQLite.</summary>
public sealed class SqliteLedgerStoreTests : LedgerStoreTests
{
    private protected override Task<Database> OpenAsync() =>
        Database.OpenAsync(Database.InMemoryPath, CancellationToken.None);
}
