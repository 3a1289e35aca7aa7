using System.Data.Common;
using System.Text;
using NodaTime;
using VoiceQuality.Storage.Reference;

namespace VoiceQuality.Storage.Tests;

/// <summary>What a store of reference data does, whatever database it stands on.</summary>
public abstract class ReferenceStoreTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 2, 12, 0);

    /// <summary>An empty database, deleted when it is disposed.</summary>
    private protected abstract Task<Database> OpenAsync();

    [Fact]
    public async Task Documents_are_kept_in_every_version_and_the_last_of_each_kind_is_in_force()
    {
        await using var database = await OpenAsync();
        var store = new ReferenceRepository(database);
        Assert.Equal(0, await store.HeadAsync(None));

        var first = await store.ImportAsync([Document("rates", "r1"), Document("decks", "d1")], 0, "j.doe", Now, None);
        var second = await store.ImportAsync([Document("rates", "r2"), Document("decks", "d1")], null, "b.roe", Now, None);

        Assert.Equal(
            [(1L, "decks", 1, 1L), (2L, "rates", 1, 1L)],
            first.Stored.Select(version => (version.Sequence, version.Kind, version.Version, version.ImportId)));
        Assert.Equal((3L, "rates", 2, 3L, "b.roe"), Assert.Single(second.Stored) is var only
            ? (only.Sequence, only.Kind, only.Version, only.ImportId, only.Actor)
            : default);

        var (head, documents) = await store.ReadInForceAsync(None);
        Assert.Equal(3, head);
        Assert.Equal(["decks d1", "rates r2"], documents.Select(
            document => $"{document.Version.Kind} {Encoding.UTF8.GetString(document.Octets)}"));
        Assert.Equal("r1", Encoding.UTF8.GetString((await store.ReadAsync("rates", 1, None))!.Octets));
        Assert.Null(await store.ReadAsync("rates", 3, None));
        Assert.Equal([3L, 2L, 1L], (await store.ListVersionsAsync(None)).Select(version => version.Sequence));
    }

    [Fact]
    public async Task The_same_documents_again_change_nothing()
    {
        await using var database = await OpenAsync();
        var store = new ReferenceRepository(database);
        await store.ImportAsync([Document("rates", "r1")], 0, "j.doe", Now, None);
        var again = await store.ImportAsync([Document("rates", "r1")], 1, "j.doe", Now, None);

        Assert.Empty(again.Stored);
        Assert.Equal(1, await store.HeadAsync(None));
    }

    [Fact]
    public async Task What_was_checked_against_something_that_is_no_longer_in_force_is_not_stored()
    {
        await using var database = await OpenAsync();
        var store = new ReferenceRepository(database);
        await store.ImportAsync([Document("rates", "r1")], 0, "j.doe", Now, None);
        var late = await store.ImportAsync([Document("decks", "d1")], 0, "b.roe", Now, None);

        Assert.True(late.IsStale);
        Assert.Single(await store.ListVersionsAsync(None));
    }

    [Theory]
    [InlineData("UPDATE reference_document SET actor = 'x'")]
    [InlineData("DELETE FROM reference_document")]
    [InlineData("INSERT OR REPLACE INTO reference_document SELECT * FROM reference_document")]
    [InlineData("INSERT INTO reference_document SELECT 2, kind, 3, 2, digest, document, octets, row_count, actor, 0 "
        + "FROM reference_document")]
    [InlineData("INSERT INTO reference_document SELECT 3, 'decks', 1, 3, digest, document, octets, row_count, actor, 0 "
        + "FROM reference_document")]
    public async Task Rows_are_never_changed_removed_or_replaced(string statement)
    {
        await using var database = await OpenAsync();
        var store = new ReferenceRepository(database);
        await store.ImportAsync([Document("rates", "r1")], 0, "j.doe", Now, None);

        await Assert.ThrowsAnyAsync<DbException>(() => ExecuteAsync(database, statement));
        Assert.Equal("j.doe", Assert.Single(await store.ListVersionsAsync(None)).Actor);
    }

    [Theory]
    [InlineData("UPDATE reference_document SET digest = substr(digest, 2) || '0'")]
    [InlineData("UPDATE reference_document SET document = x'00'")]
    [InlineData("UPDATE reference_document SET octets = 1")]
    public async Task A_document_that_was_altered_is_not_decided_by(string statement)
    {
        await using var database = await OpenAsync();
        var store = new ReferenceRepository(database);
        await store.ImportAsync([Document("rates", "r1")], 0, "j.doe", Now, None);
        await ExecuteAsync(database, "DROP TRIGGER reference_document_no_update");
        await ExecuteAsync(database, statement);

        await Assert.ThrowsAsync<StoredDataException>(() => store.ReadInForceAsync(None));
    }

    private static ReferenceDocument Document(string kind, string text) => new(kind, Encoding.UTF8.GetBytes(text), 1);

    private static Task<int> ExecuteAsync(Database database, string sql) => database.WriteAsync(
        async (_, transaction, token) =>
        {
            await using var command = transaction.Command(sql);
            return await command.ExecuteNonQueryAsync(token);
        },
        None);
}

/// <summary>The behaviour on SQLite.</summary>
public sealed class SqliteReferenceStoreTests : ReferenceStoreTests
{
    private protected override Task<Database> OpenAsync() =>
        Database.OpenAsync(Database.InMemoryPath, CancellationToken.None);
}
