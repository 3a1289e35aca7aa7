using System.Data.Common;
using Microsoft.Data.Sqlite;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Months;

namespace VoiceQuality.Storage.Tests;

public sealed class DatabaseTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TestFolder _folder = new();

    private string Path => _folder.File("store.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_written_is_there_after_the_database_is_opened_again()
    {
        await WriteAsync(SampleCalls.Answered(1));

        await using var database = await Database.OpenAsync(Path, None);

        Assert.Equal(0, database.AppliedMigrations);
        Assert.NotNull(await new CallQueries(database).GetAsync(CallKey.Of(SampleCalls.Answered(1)), None));
    }

    [Fact]
    public async Task A_process_that_dies_within_a_transaction_leaves_the_state_before_it()
    {
        await WriteAsync(SampleCalls.Answered(1));
        string before;
        await using (var database = await Database.OpenAsync(Path, None))
        {
            before = await DatabaseDump.OfAsync(database);
        }

        // Files as a crash leaves them: copied while a transaction that spilled to disk is open.
        using (var connection = new SqliteConnection($"Data Source={Path};Pooling=False"))
        {
            connection.Open();
            Execute(connection, "PRAGMA cache_size = 1");
            using var transaction = connection.BeginTransaction();
            Execute(connection, "DELETE FROM stream");
            Execute(connection, "UPDATE unit_month SET calls = 7");
            Execute(connection, "CREATE TABLE filler AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
                + "SELECT i + 1 FROM n WHERE i < 5000) SELECT i, randomblob(400) AS octets FROM n");
            foreach (var file in Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!))
            {
                File.Copy(file, file.Replace("store.db", "crashed.db", StringComparison.Ordinal));
            }
        }

        Assert.True(new FileInfo(_folder.File("crashed.db-wal")).Length > 1_000_000);
        await using var reopened = await Database.OpenAsync(_folder.File("crashed.db"), None);
        Assert.Equal(before, await DatabaseDump.OfAsync(reopened));
    }

    [Fact]
    public async Task A_full_disk_is_reported_and_nothing_is_half_written()
    {
        await WriteAsync(SampleCalls.Answered(1));
        await using var database = await Database.OpenAsync(Path, None);
        using var writer = new MeasurementWriter(database);
        var before = await DatabaseDump.OfAsync(database);
        var pages = await ScalarAsync(database, "PRAGMA page_count");
        await ScalarAsync(database, $"PRAGMA max_page_count = {pages + 10}");
        var batch = Enumerable.Range(2, 2000).Select(n => SampleCalls.Measured(SampleCalls.Answered(n))).ToArray();

        var failure = await Assert.ThrowsAsync<SqliteException>(() => writer.WriteAsync(batch, [], None));

        Assert.Equal(13, failure.SqliteErrorCode); // SQLITE_FULL
        Assert.Equal(before, await DatabaseDump.OfAsync(database));
        await ScalarAsync(database, "PRAGMA max_page_count = 1000000");
        Assert.Equal(2000, (await writer.WriteAsync(batch, [], None)).Inserted);
    }

    [Fact]
    public async Task A_lock_of_another_process_is_reported_after_the_time_allowed()
    {
        await using var database = await Database.OpenAsync(
            Path, new DatabaseOptions { BusyTimeout = TimeSpan.FromSeconds(1) }, None);
        using var writer = new MeasurementWriter(database);
        using var other = new SqliteConnection($"Data Source={Path};Pooling=False");
        other.Open();
        using (other.BeginTransaction(deferred: false))
        {
            var failure = await Assert.ThrowsAsync<SqliteException>(() => writer.WriteAsync(
                [SampleCalls.Measured(SampleCalls.Answered(1))], [], None));
            Assert.Equal(5, failure.SqliteErrorCode); // SQLITE_BUSY
        }

        Assert.Equal(1, (await writer.WriteAsync([SampleCalls.Measured(SampleCalls.Answered(1))], [], None)).Inserted);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_and_left_alone()
    {
        var octets = Enumerable.Repeat((byte)'x', 8192).ToArray();
        await File.WriteAllBytesAsync(Path, octets);

        var failure = await Assert.ThrowsAsync<SqliteException>(() => Database.OpenAsync(Path, None));

        Assert.Equal(26, failure.SqliteErrorCode); // SQLITE_NOTADB
        Assert.Equal(octets, await File.ReadAllBytesAsync(Path));
    }

    [Fact]
    public async Task A_damaged_measurement_is_refused_rather_than_guessed()
    {
        var call = SampleCalls.Answered(1);
        await WriteAsync(call);
        await using var database = await Database.OpenAsync(Path, None);
        await database.WriteAsync(
            async (_, transaction, token) =>
            {
                await using var command = transaction.Command("UPDATE stream SET measurement = @octets");
                command.AddParameter("@octets", new byte[] { 1, 200 });
                return await command.ExecuteNonQueryAsync(token);
            },
            None);

        await Assert.ThrowsAsync<StoredDataException>(() => new CallQueries(database).GetAsync(CallKey.Of(call), None));
    }

    [Fact]
    public async Task A_backup_taken_in_use_holds_the_same_and_can_be_opened()
    {
        await WriteAsync([.. Enumerable.Range(0, 50).Select(n => SampleCalls.Answered(n))]);
        await using var database = await Database.OpenAsync(Path, None);

        await database.BackupAsync(_folder.File("backup.db"), None);

        await using var backup = await Database.OpenAsync(_folder.File("backup.db"), None);
        Assert.Equal(await DatabaseDump.OfAsync(database), await DatabaseDump.OfAsync(backup));
        await Assert.ThrowsAsync<IOException>(() => database.BackupAsync(_folder.File("backup.db"), None));
    }

    [Fact]
    public async Task The_file_is_for_its_owner_alone()
    {
        await using var database = await Database.OpenAsync(Path, None);
        await database.BackupAsync(_folder.File("backup.db"), None);

        foreach (var file in Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!))
        {
            // Windows has no such modes; there the folder's list decides.
            Assert.True(OperatingSystem.IsWindows()
                || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }
    }

    [Fact]
    public async Task A_private_database_is_deleted_with_its_folder()
    {
        var database = await Database.OpenAsync(Database.InMemoryPath, None);
        var folder = System.IO.Path.GetDirectoryName(database.Path);
        await new CallQueries(database).ListAsync(new CallFilter(), None);
        Assert.True(Directory.Exists(folder));

        await database.DisposeAsync();
        await database.DisposeAsync();

        Assert.False(Directory.Exists(folder));
        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => new CallQueries(database).ListAsync(new CallFilter(), None));
    }

    [Fact]
    public async Task Nothing_but_the_database_is_left_when_it_is_closed()
    {
        await WriteAsync(SampleCalls.Answered(1));

        Assert.Equal([Path], Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!));
    }

    [Fact]
    public async Task With_a_key_no_number_or_call_id_is_in_any_file()
    {
        var call = SampleCalls.Answered(7) with { Headers = new Dictionary<string, string> { ["x-unit"] = "secret-value" } };
        string[] personal = [call.CallId, call.Caller![1..], call.Callee![1..], "secret-value"];

        async Task<string> FilesAfterWritingAsync(string name, byte[]? key)
        {
            await using var database = await Database.OpenAsync(
                _folder.File(name), new DatabaseOptions { IdentityKey = key }, None);
            using var writer = new MeasurementWriter(database);
            await writer.WriteAsync([SampleCalls.Measured(call)], [], None);
            CallAssert.Same(call, (await new CallQueries(database).GetAsync(CallKey.Of(call), None))!.Record!);
            await database.BackupAsync(_folder.File(name + ".backup"), None);
            var files = Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!, name + "*");
            return string.Concat(files.Select(ReadShared));
        }

        var plain = await FilesAfterWritingAsync("plain.db", null);
        var encrypted = await FilesAfterWritingAsync("encrypted.db", new byte[32]);

        Assert.All(personal, text => Assert.Contains(text, plain, StringComparison.Ordinal));
        Assert.All(personal, text => Assert.DoesNotContain(text, encrypted, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_identity_is_read_only_with_its_key_and_only_at_its_call()
    {
        var options = new DatabaseOptions { IdentityKey = [.. Enumerable.Range(0, 32).Select(i => (byte)i)] };
        await using (var database = await Database.OpenAsync(Path, options, None))
        {
            using var writer = new MeasurementWriter(database);
            await writer.WriteAsync(
                [SampleCalls.Measured(SampleCalls.Answered(1)), SampleCalls.Measured(SampleCalls.Answered(2))], [], None);
        }

        foreach (var key in new[] { null, new byte[32] })
        {
            await using var database = await Database.OpenAsync(Path, new DatabaseOptions { IdentityKey = key }, None);
            await Assert.ThrowsAsync<StoredDataException>(
                () => new CallQueries(database).GetAsync(CallKey.Of(SampleCalls.Answered(1)), None));
        }

        await using var right = await Database.OpenAsync(Path, options, None);
        Assert.NotNull(await new CallQueries(right).GetAsync(CallKey.Of(SampleCalls.Answered(1)), None));
        await ScalarAsync(right, "UPDATE call SET identity = (SELECT identity FROM call ORDER BY call_key LIMIT 1)");
        await Assert.ThrowsAsync<StoredDataException>(
            () => new CallQueries(right).GetAsync(CallKey.Of(SampleCalls.Answered(2)), None));
    }

    [Fact]
    public async Task No_exception_text_holds_a_number_or_call_id()
    {
        var call = SampleCalls.Answered(1);
        var failures = new List<Exception>();
        await using (var database = await Database.OpenAsync(
            Path, new DatabaseOptions { IdentityKey = new byte[32] }, None))
        {
            using var writer = new MeasurementWriter(database);
            await writer.WriteAsync([SampleCalls.Measured(call)], [], None);
            failures.Add(await Assert.ThrowsAsync<ArgumentException>(() => writer.WriteAsync(
                [SampleCalls.Measured(call with { CallId = "other", Streams = [call.Streams[0] with { ScoredSeconds = 1e-9m }] })],
                [], None)));
            failures.Add(await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => writer.WriteAsync(
                [SampleCalls.Measured(call with { StartedAtUs = -1 })], [], None)));
            failures.Add(await Assert.ThrowsAsync<ArgumentException>(() => new CallQueries(database).ListAsync(
                new CallFilter { Cursor = call.Caller }, None)));
        }

        await using (var database = await Database.OpenAsync(Path, None))
        {
            failures.Add(await Assert.ThrowsAsync<StoredDataException>(
                () => new CallQueries(database).ListAsync(new CallFilter(), None)));
        }

        Assert.All(failures, failure =>
        {
            Assert.DoesNotContain("5550100", failure.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(call.CallId, failure.ToString(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Connections_use_the_log_and_check_references()
    {
        await using var database = await Database.OpenAsync(Path, None);

        Assert.Equal("wal", await database.WriteAsync(
            async (_, transaction, token) =>
            {
                await using var command = transaction.Command("PRAGMA journal_mode");
                return (string)(await command.ExecuteScalarAsync(token))!;
            },
            None));
        Assert.Equal(1, await ScalarAsync(database, "PRAGMA foreign_keys"));
        Assert.Equal(1, await ScalarAsync(database, "PRAGMA synchronous")); // NORMAL
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static string ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
        return reader.ReadToEnd();
    }

    private static Task<long> ScalarAsync(Database database, string sql) => database.WriteAsync(
        async (_, transaction, token) =>
        {
            await using DbCommand command = transaction.Command(sql);
            return await command.ExecuteScalarAsync(token) is long value ? value : 0;
        },
        None);

    private async Task WriteAsync(params IReadOnlyList<Monitor.Calls.CallRecord> calls)
    {
        await using var database = await Database.OpenAsync(Path, None);
        using var writer = new MeasurementWriter(database);
        await writer.WriteAsync([.. calls.Select(call => SampleCalls.Measured(call))], [], None);
    }
}
