using System.Collections.Immutable;
using System.Diagnostics;
using System.Reflection;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NodaTime;
using SQLitePCL;
using VoiceQuality.Service.Api;
using VoiceQuality.Service.Claims;
using VoiceQuality.Service.Tests.Api;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Storage;

namespace VoiceQuality.Service.Tests.Claims;

/// <summary>
/// A claim that is decided and posted by another process, which stops before one of its statements and is killed there
/// (SIGKILL).
/// </summary>
internal static class ClaimChild
{
    /// <summary>Key of the claim.</summary>
    public const string Key = "k1";

    private const string Ready = "ready";

    private const string Mos = "mos";
    private const string Outage = "outage";

    // 14 October 09:00 to 10:30 and 3 November 09:00 to 10:00 in Denver.
    private static readonly ImmutableArray<MeasuredFailure> Failures =
    [
        Failed("F-1", Instant.FromUtc(2026, 10, 14, 15, 0), Instant.FromUtc(2026, 10, 14, 16, 30)),
        Failed("F-2", Instant.FromUtc(2026, 11, 3, 16, 0), Instant.FromUtc(2026, 11, 3, 17, 0)),
    ];

    /// <summary>The process itself: <c>PATH STATEMENT KIND</c>. It never ends by itself.</summary>
    public static async Task<int> Main(string[] args)
    {
        if (args is not [_, _, Mos or Outage])
        {
            return 2;
        }

        await using var database = await Database.OpenAsync(args[0], CancellationToken.None);
        StopBefore(database, args[1]);
        await using var services = ServicesOf(database);
        await (args[2] == Mos ? ClaimAsync(services) : ClaimOutagesAsync(services));
        Stop();
        return 0;
    }

    /// <summary>The parts of the service that decide claims, on 10 November 2026.</summary>
    public static ServiceProvider ServicesOf(Database database)
    {
        var book = AccountBook.Parse(Encoding.UTF8.GetBytes(ContractSite.Accounts)).Book!;
        return new ServiceCollection()
            .AddLogging()
            .AddSingleton(database)
            .AddSingleton<TimeProvider>(new TestClock(ContractSite.Now))
            .AddSingleton<IAccountBookSource>(new Book(book))
            .AddApi()
            .Replace(ServiceDescriptor.Singleton<IOutageRecords>(new Records()))
            .BuildServiceProvider();
    }

    public static Task<Storage.Ledger.IdempotentResult> ClaimAsync(ServiceProvider services) =>
        services.GetRequiredService<ClaimService>().ClaimAsync(
            new ClaimRequest("A-1", "U-cut", new ServiceMonth(2026, 10), Key, "body"), CancellationToken.None);

    /// <summary>Claims both failures of T-1, one in October and one in November.</summary>
    public static Task<Storage.Ledger.IdempotentResult> ClaimOutagesAsync(ServiceProvider services) =>
        services.GetRequiredService<OutageClaimService>().ClaimAsync(
            new OutageMessageRequest(
                "A-1",
                [
                    .. Failures.Select(failure => new OutageItem(
                        "T-1", null, LocalOf(failure.Failure.Start), LocalOf(failure.Failure.End!.Value), false)),
                ],
                Key, "body"),
            CancellationToken.None);

    /// <summary>Starts the child, waits until it stands at the statement of a claim for MOS, and kills it.</summary>
    public static Task KillAsync(string path, string statement) => KillAsync(path, statement, Mos);

    /// <summary>The same with a claim for outages.</summary>
    public static Task KillOutageAsync(string path, string statement) => KillAsync(path, statement, Outage);

    private static async Task KillAsync(string path, string statement, string kind)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            ArgumentList = { "exec", typeof(ClaimChild).Assembly.Location, path, statement, kind },
        };
        using var child = Process.Start(start)!;
        Assert.Equal(Ready, await child.StandardOutput.ReadLineAsync());
        child.Kill();
        await child.WaitForExitAsync();
        Assert.NotEqual(0, child.ExitCode);
    }

    // SQLite tells of each statement of the writer before it runs.
    private static void StopBefore(Database database, string statement)
    {
        var writer = (SqliteConnection)typeof(Database)
            .GetField("_writer", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(database)!;
        raw.sqlite3_trace(
            writer.Handle,
            (_, sql) =>
            {
                if (sql.TrimStart().StartsWith(statement, StringComparison.OrdinalIgnoreCase))
                {
                    Stop();
                }
            },
            null);
    }

    private static void Stop()
    {
        Console.Out.WriteLine(Ready);
        Console.Out.Flush();
        Thread.Sleep(Timeout.Infinite);
    }

    private static MeasuredFailure Failed(string id, Instant start, Instant end) =>
        new(new ComponentFailure(id, "T-1", start, end), new string('d', 64));

    private static LocalDateTime LocalOf(Instant instant) =>
        instant.InZone(DateTimeZoneProviders.Tzdb["America/Denver"]).LocalDateTime;

    private sealed class Records : IOutageRecords
    {
        public Task<OutageRecord> ReadAsync(
            string accountId, string componentId, Interval time, CancellationToken cancellationToken) =>
            Task.FromResult(new OutageRecord(
                [
                    .. Failures.Where(failure => failure.Failure.ComponentId == componentId
                        && failure.Failure.Start < time.End && failure.Failure.End > time.Start),
                ],
                [],
                []));

        public Task<MeasuredFailure?> FindAsync(
            string accountId, string failureId, CancellationToken cancellationToken) =>
            Task.FromResult(Failures.FirstOrDefault(one => one.Failure.Id == failureId));
    }

    private sealed record Book(AccountBook AccountBook) : IAccountBookSource
    {
        AccountBook IAccountBookSource.Book => AccountBook;
    }
}
