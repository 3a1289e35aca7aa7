using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using VoiceQuality.Service.Audit;
using VoiceQuality.Service.Reference;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Reference;
using VoiceQuality.Storage;
using VoiceQuality.Storage.Accounts;
using VoiceQuality.Storage.Reference;

namespace VoiceQuality.Service.Tests.Reference;

/// <summary>Tests that measure the memory of the process, so that no other may run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneInTheProcess
{
    /// <summary>Name of the collection.</summary>
    public const string Name = "alone in the process";
}

[Collection(AloneInTheProcess.Name)]
public sealed class ReferenceMemoryTests
{
    [Fact]
    public async Task Two_hundred_thousand_tier_rows_are_imported_in_bounded_memory()
    {
        var none = CancellationToken.None;
        var text = new StringBuilder("edition,from,npanxx,ocn,tier\n");
        for (var i = 0; i < 200_000; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"LERG-2026-10,2026-10-01,{2_000_000 + i},9999,CLEC\n");
        }

        var files = new Dictionary<string, ReadOnlyMemory<byte>>
        {
            [ReferenceKinds.Tiers] = Encoding.UTF8.GetBytes(text.ToString()),
        };
        await using var database = await Database.OpenAsync(Database.InMemoryPath, none);
        var store = new ReferenceRepository(database);
        var accounts = new AccountRepository(database);
        await accounts.ReplaceAsync(ReferenceVectors.Accounts, Instant.FromUtc(2026, 1, 1, 0, 0), none);
        await using var trail = new AuditLog(new AuditOptions(), database, TimeProvider.System);
        var import = new ReferenceImport(store, accounts, trail, TimeProvider.System);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        await import.ApplyAsync(files, "j.doe", AuditOrigins.Command, none);
        using var directory = new ReferenceDirectory(
            store, new FixedAccounts { Book = await accounts.ReadAsync(none) }, NullLogger<ReferenceDirectory>.Instance);
        var book = await directory.GetAsync(none);

        // 200,000 rows of some 60 octets as text, as entries of a table, and as what the preview compares by.
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 200L * 1024 * 1024);
        Assert.True(book.Tiers!.TryGetAt(Instant.FromUtc(2026, 10, 2, 0, 0), out var table));
        Assert.Equal(200_000, table!.Export().Length);
    }

    private sealed class FixedAccounts : IAccountBookSource
    {
        public required AccountBook Book { get; init; }
    }
}
