using System.Data.Common;
using NodaTime;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Storage.Policies;

namespace VoiceQuality.Storage.Tests;

/// <summary>What a store of policies does, whatever database it stands on.</summary>
public abstract class PolicyStoreTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ServiceMonth October = new(2026, 10);
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 2, 12, 0);
    private static readonly ContractPolicy Six = ContractPolicy.Default with { Version = "six", GraceDays = 6 };
    private static readonly ContractPolicy Seven = ContractPolicy.Default with { Version = "seven", GraceDays = 7 };

    /// <summary>An empty database, deleted when it is disposed.</summary>
    private protected abstract Task<Database> OpenAsync();

    [Fact]
    public async Task Without_a_row_the_built_in_policy_decides()
    {
        await using var database = await OpenAsync();
        var policies = new PolicyRepository(database);

        Assert.Equal(0, await policies.CountAsync(None));
        Assert.Same(PolicyBook.Empty, PolicyRepository.BookOf(await policies.ListAsync(None)));
    }

    [Fact]
    public async Task What_was_recorded_is_read_back_and_the_last_row_of_an_account_and_month_counts()
    {
        await using var database = await OpenAsync();
        var policies = new PolicyRepository(database);

        Assert.Equal(PolicyRecordStatus.Recorded, await policies.RecordAsync(new(null, October, Six), Now, None));
        Assert.Equal(
            PolicyRecordStatus.AlreadyRecorded, await policies.RecordAsync(new(null, October, Six), Now, None));
        Assert.Equal(PolicyRecordStatus.Recorded, await policies.RecordAsync(new("A-1", October, Six), Now, None));
        Assert.Equal(PolicyRecordStatus.Recorded, await policies.RecordAsync(new(null, October, Seven), Now, None));
        Assert.Equal(PolicyRecordStatus.Recorded, await policies.RecordAsync(new(null, October.Next, Six), Now, None));

        var stored = await policies.ListAsync(None);
        Assert.Equal(4, await policies.CountAsync(None));
        Assert.Equal(
            ["1||2026-10|six", "2|A-1|2026-10|six", "3||2026-10|seven", "4||2026-11|six"],
            stored.Select(p => $"{p.Sequence}|{p.Entry.AccountId}|{p.Entry.From}|{p.Entry.Policy.Version}"));
        Assert.All(stored, policy => Assert.Equal(Now, policy.RecordedAt));
        Assert.Equal(Six.ToJson(), stored[0].Entry.Policy.ToJson());

        var book = PolicyRepository.BookOf(stored);
        Assert.Equal((5, 7, 6), Days("B-1"));
        Assert.Equal((5, 6, 6), Days("A-1"));

        (int, int, int) Days(string account) => (
            book.InForce(account, October.Previous).GraceDays,
            book.InForce(account, October).GraceDays,
            book.InForce(account, October.Next).GraceDays);
    }

    [Fact]
    public async Task A_version_names_one_reading_for_ever()
    {
        await using var database = await OpenAsync();
        var policies = new PolicyRepository(database);
        await policies.RecordAsync(new(null, October, Six), Now, None);
        await policies.RecordAsync(new(null, October, Seven), Now, None);

        // "six" was superseded, and still a decision may be stamped with it.
        var taken = new PolicyEntry("A-1", October, Six with { GraceDays = 8 });
        Assert.Equal(PolicyRecordStatus.VersionTaken, await policies.TryAsync(taken, None));
        Assert.Equal(PolicyRecordStatus.VersionTaken, await policies.RecordAsync(taken, Now, None));
        Assert.Equal(
            PolicyRecordStatus.VersionTaken,
            await policies.RecordAsync(new(null, October, ContractPolicy.Default with { GraceDays = 8 }), Now, None));
        Assert.Equal(2, await policies.CountAsync(None));
    }

    [Theory]
    [InlineData("UPDATE contract_policy SET from_month = '2020-01'")]
    [InlineData("DELETE FROM contract_policy")]
    [InlineData("INSERT OR REPLACE INTO contract_policy SELECT * FROM contract_policy")]
    [InlineData("INSERT INTO contract_policy SELECT 3, NULL, '2026-10', version, digest, document, 0 "
        + "FROM contract_policy")]
    [InlineData("INSERT INTO contract_policy SELECT 2, NULL, '2026-10', version, 'b' || substr(digest, 2), document, 0 "
        + "FROM contract_policy WHERE digest NOT LIKE 'b%'")]
    public async Task Rows_are_never_changed_removed_or_replaced(string statement)
    {
        await using var database = await OpenAsync();
        var policies = new PolicyRepository(database);
        await policies.RecordAsync(new(null, October, Six), Now, None);
        Assert.NotEqual('b', Six.Digest[0]);

        await Assert.ThrowsAnyAsync<DbException>(() => ExecuteAsync(database, statement));

        Assert.Equal(Six.Digest, Assert.Single(await policies.ListAsync(None)).Entry.Digest);
    }

    [Fact]
    public async Task A_row_whose_document_is_not_what_its_digest_says_is_not_decided_by()
    {
        await using var database = await OpenAsync();
        await new PolicyRepository(database).RecordAsync(new(null, October, Six), Now, None);
        await ExecuteAsync(database, "DROP TRIGGER contract_policy_no_update");
        await ExecuteAsync(
            database,
            "UPDATE contract_policy SET document = replace(document, '\"grace_days\": 6', '\"grace_days\": 9')");

        await Assert.ThrowsAsync<StoredDataException>(() => new PolicyRepository(database).ListAsync(None));
    }

    private static Task<int> ExecuteAsync(Database database, string sql) => database.WriteAsync(
        async (_, transaction, token) =>
        {
            await using var command = transaction.Command(sql);
            return await command.ExecuteNonQueryAsync(token);
        },
        None);
}

/// <summary>The behaviour on SQLite.</summary>
public sealed class SqlitePolicyStoreTests : PolicyStoreTests
{
    private protected override Task<Database> OpenAsync() =>
        Database.OpenAsync(Database.InMemoryPath, CancellationToken.None);
}
