using System.Diagnostics;
using System.Reflection;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using SQLitePCL;
using VoiceQuality.Service.Api;
using VoiceQuality.Service.Claims;
using VoiceQuality.Service.Tests.Api;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Accounts;
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

    /// <summary>The process itself: <c>PATH STATEMENT</c>. It never ends by itself.</summary>
    public static async Task<int> Main(string[] args)
    {
        if (args.Length != 2)
        {
            return 2;
        }

        await using var database = await Database.OpenAsync(args[0], CancellationToken.None);
        StopBefore(database, args[1]);
        await using var services = ServicesOf(database);
        await ClaimAsync(services);
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
            .BuildServiceProvider();
    }

    public static Task<Storage.Ledger.IdempotentResult> ClaimAsync(ServiceProvider services) =>
        services.GetRequiredService<ClaimService>().ClaimAsync(
            new ClaimRequest("A-1", "U-cut", new ServiceMonth(2026, 10), Key, "body"), CancellationToken.None);

    /// <summary>Starts the child, waits until it stands at the statement, and kills it.</summary>
    public static async Task KillAsync(string path, string statement)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            ArgumentList = { "exec", typeof(ClaimChild).Assembly.Location, path, statement },
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

    private sealed record Book(AccountBook AccountBook) : IAccountBookSource
    {
        AccountBook IAccountBookSource.Book => AccountBook;
    }
}
