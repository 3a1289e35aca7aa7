using System.Diagnostics;
using System.Text;
using NodaTime;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Storage.Ledger;

namespace VoiceQuality.Storage.Tests.Ledger;

/// <summary>Where the child process stops and waits to be killed.</summary>
internal enum KillAt
{
    BeforeDecision,
    BetweenDecisionAndPosting,
    BetweenPostingAndCommit,
    AfterCommit,
}

/// <summary>
/// A claim that is decided and posted by another process, which is killed (SIGKILL) at one step of it.
/// </summary>
internal static class LedgerChild
{
    private const string Ready = "ready";

    public static readonly ClaimKey Claim = new("A-1", "U-1", new ServiceMonth(2026, 10), LedgerEntryKind.MosCredit);

    private static readonly Instant Now = Instant.FromUtc(2026, 11, 22, 10, 0);

    /// <summary>The process itself: <c>PATH STEP</c>. It never ends by itself.</summary>
    public static async Task<int> Main(string[] args)
    {
        if (args.Length != 2)
        {
            return 2;
        }

        await using var database = await Database.OpenAsync(args[0], CancellationToken.None);
        var stopAt = Enum.Parse<KillAt>(args[1]);
        await DecideAsync(new LedgerRepository(database), step => StopAsync(step == stopAt));
        await StopAsync(stopAt == KillAt.AfterCommit);
        return 0;
    }

    /// <summary>One claim: decided, posted and answered in one transaction.</summary>
    public static Task<IdempotentResult> DecideAsync(LedgerRepository ledger, Func<KillAt, Task> step) =>
        ledger.RunOnceAsync(
            new IdempotentRequest("A-1", "k1", "body", Now),
            async (transaction, token) =>
            {
                await step(KillAt.BeforeDecision);
                var history = await transaction.ReadClaimAsync(Claim, token);
                await step(KillAt.BetweenDecisionAndPosting);
                var result = await transaction.PostAsync(Claim, 25m, LedgerStoreTests.Stamp("L1"), token);
                await step(KillAt.BetweenPostingAndCommit);
                return new StoredAnswer(201, "text/plain", Encoding.UTF8.GetBytes($"{result.Outcome} {history.Count}"));
            },
            CancellationToken.None);

    /// <summary>Starts the child, waits until it stands at the step, and kills it.</summary>
    public static async Task KillAsync(string path, KillAt step)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            ArgumentList = { "exec", typeof(LedgerChild).Assembly.Location, path, step.ToString() },
        };
        using var child = Process.Start(start)!;
        Assert.Equal(Ready, await child.StandardOutput.ReadLineAsync());
        child.Kill();
        await child.WaitForExitAsync();
        Assert.NotEqual(0, child.ExitCode);
    }

    private static async Task StopAsync(bool isHere)
    {
        if (isHere)
        {
            await Console.Out.WriteLineAsync(Ready);
            await Console.Out.FlushAsync();
            await Task.Delay(Timeout.Infinite);
        }
    }
}
