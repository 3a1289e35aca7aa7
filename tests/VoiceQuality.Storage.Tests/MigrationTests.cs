using Microsoft.Data.Sqlite;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Migrations;
using VoiceQuality.Storage.Months;
using VoiceQuality.Storage.Usage;

namespace VoiceQuality.Storage.Tests;

public sealed class MigrationTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DatabaseOptions Options = new();
    private readonly TestFolder _folder = new();

    private string Path => _folder.File("store.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Built_in_steps_are_numbered_from_1_and_no_number_occurs_twice()
    {
        var versions = Migration.BuiltIn.Select(migration => migration.Version).ToArray();

        Assert.Equal(1, versions[0]);
        Assert.Equal(versions.Distinct().Order(), versions);
    }

    [Fact]
    public async Task A_new_file_gets_every_step()
    {
        await using var database = await Database.OpenAsync(Path, None);

        Assert.Equal(Migration.BuiltIn.Count, database.AppliedMigrations);
    }

    [Fact]
    public async Task A_database_of_version_1_keeps_its_calls_and_gets_what_is_missing()
    {
        await using (var newest = await Database.OpenAsync(_folder.File("newest.db"), None))
        {
            using var writer = new MeasurementWriter(newest);
            await writer.WriteAsync([SampleCalls.Measured(SampleCalls.Answered(1))], [], None);
        }

        await using (var first = await Database.OpenAsync(Path, Options, [Migration.BuiltIn[0]], None))
        {
            await CopyVersion1Async(first, _folder.File("newest.db"));
            await Assert.ThrowsAsync<SqliteException>(() => new UsageRepository(first).ListSetsAsync(default, None));
        }

        await using var database = await Database.OpenAsync(Path, None);

        Assert.Equal(Migration.BuiltIn.Count - 1, database.AppliedMigrations);
        Assert.Empty(await new UsageRepository(database).ListSetsAsync(default, None));
        Assert.Equal(
            1, (await new MonthQueries(database).GetNetworkTotalAsync(new ServiceMonth(2026, 10), None)).Calls);
    }

    [Fact]
    public async Task A_database_of_a_later_program_is_refused_with_what_to_do()
    {
        var later = new Migration(Migration.BuiltIn[^1].Version + 1, "later", "CREATE TABLE later (id INTEGER)");
        await (await Database.OpenAsync(Path, Options, [.. Migration.BuiltIn, later], None)).DisposeAsync();

        var failure = await Assert.ThrowsAsync<SchemaException>(() => Database.OpenAsync(Path, None));

        Assert.Contains($"version {later.Version}", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Run the program version that wrote it", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_that_was_applied_with_other_statements_is_refused()
    {
        var altered = Migration.BuiltIn[0] with { Sql = Migration.BuiltIn[0].Sql + "\n-- another comment\n" };
        await (await Database.OpenAsync(Path, Options, [new(1, altered.Name, altered.Sql)], None)).DisposeAsync();

        var failure = await Assert.ThrowsAsync<SchemaException>(() => Database.OpenAsync(Path, None));

        Assert.Contains("step 1", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_step_is_refused()
    {
        await (await Database.OpenAsync(Path, None)).DisposeAsync();
        using (var connection = new SqliteConnection($"Data Source={Path};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "DELETE FROM schema_migration WHERE version = 1";
            command.ExecuteNonQuery();
        }

        await Assert.ThrowsAsync<SchemaException>(() => Database.OpenAsync(Path, None));
    }

    [Fact]
    public async Task A_step_that_fails_is_undone_and_can_be_tried_again()
    {
        var broken = new Migration(1, "broken", "CREATE TABLE half (id INTEGER); CREATE TABLE half (id INTEGER)");
        await Assert.ThrowsAsync<SqliteException>(() => Database.OpenAsync(Path, Options, [broken], None));

        await using var database = await Database.OpenAsync(Path, None);

        Assert.Equal(Migration.BuiltIn.Count, database.AppliedMigrations);
        await Assert.ThrowsAsync<SqliteException>(
            () => database.ReadListAsync("SELECT id FROM half", [], _ => 0, None));
    }

    [Fact]
    public async Task Several_that_open_a_new_file_at_once_apply_each_step_once()
    {
        var openings = Enumerable.Range(0, 6).Select(_ => Task.Run(() => Database.OpenAsync(Path, None))).ToArray();
        var databases = await Task.WhenAll(openings);

        Assert.Equal(Migration.BuiltIn.Count, databases.Sum(database => database.AppliedMigrations));
        foreach (var database in databases)
        {
            await database.DisposeAsync();
        }
    }

    [Fact]
    public void Line_endings_do_not_change_a_checksum() =>
        Assert.All(Migration.BuiltIn, migration => Assert.DoesNotContain('\r', migration.Sql));

    // A program of version 1 would have written these tables and no others.
    private static async Task CopyVersion1Async(Database first, string newest)
    {
        await first.CheckpointAsync(None);
        await using var connection = new SqliteConnection($"Data Source={first.Path};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"ATTACH DATABASE '{newest}' AS newest";
        await command.ExecuteNonQueryAsync();
        foreach (var table in (string[])["call", "score_model", "stream", "unit_day", "unit_month"])
        {
            command.CommandText = $"SELECT group_concat(name) FROM main.pragma_table_info('{table}')";
            var columns = (string)(await command.ExecuteScalarAsync())!;
            command.CommandText = $"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM newest.{table}";
            await command.ExecuteNonQueryAsync();
        }
    }
}
