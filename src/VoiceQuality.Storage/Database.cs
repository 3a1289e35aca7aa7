using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Migrations;

namespace VoiceQuality.Storage;

/// <summary>
/// A SQLite database in WAL mode: one connection that writes, one transaction at a time, and as many that read as are
/// asked for. A reader sees the state at its first statement and never waits for the writer.
/// </summary>
/// <remarks>
/// Errors of the disk and of SQLite travel to the caller as they are; the transaction they happened in is rolled back.
/// </remarks>
public sealed class Database : IAsyncDisposable
{
    /// <summary>Path that stands for a private database in a temporary folder, deleted when it is disposed.</summary>
    public const string InMemoryPath = ":memory:";

    private readonly SemaphoreSlim _writeTurn = new(1, 1);
    private readonly SqliteConnection _writer;
    private readonly string _readerConnectionString;
    private readonly string? _temporaryFolder;
    private bool _isDisposed;

    private Database(
        string path, string? temporaryFolder, SqliteConnection writer, string readerConnectionString, byte[]? identityKey)
    {
        Path = path;
        _temporaryFolder = temporaryFolder;
        _writer = writer;
        _readerConnectionString = readerConnectionString;
        Identities = new IdentityEncoding(identityKey);
    }

    /// <summary>File of the database.</summary>
    public string Path { get; }

    /// <summary>Schema steps that opening the database applied; 0 when it was up to date.</summary>
    public int AppliedMigrations { get; private init; }

    internal IdentityEncoding Identities { get; }

    /// <summary>Opens the database, creates it when there is none, and brings its schema up to date.</summary>
    /// <param name="path">File, or <see cref="InMemoryPath"/>. Its folder must exist.</param>
    /// <param name="cancellationToken">Stops between schema steps.</param>
    /// <exception cref="SchemaException">The schema is newer than this program, or was altered.</exception>
    public static Task<Database> OpenAsync(string path, CancellationToken cancellationToken) =>
        OpenAsync(path, new DatabaseOptions(), cancellationToken);

    /// <inheritdoc cref="OpenAsync(string, CancellationToken)"/>
    /// <param name="path">File, or <see cref="InMemoryPath"/>. Its folder must exist.</param>
    /// <param name="options">How it is opened.</param>
    /// <param name="cancellationToken">Stops between schema steps.</param>
    public static Task<Database> OpenAsync(string path, DatabaseOptions options, CancellationToken cancellationToken) =>
        OpenAsync(path, options, Migration.BuiltIn, cancellationToken);

    internal static async Task<Database> OpenAsync(
        string path, DatabaseOptions options, IReadOnlyList<Migration> migrations, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BusyTimeout, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.BusyTimeout, TimeSpan.FromMinutes(5));

        var temporaryFolder = path == InMemoryPath ? Directory.CreateTempSubdirectory("voicequality-").FullName : null;
        var file = temporaryFolder is null ? path : System.IO.Path.Combine(temporaryFolder, "voicequality.db");
        CreatePrivateFile(file);

        var writer = new SqliteConnection(ConnectionStringOf(file, options, SqliteOpenMode.ReadWriteCreate, pooling: false));
        try
        {
            await writer.OpenAsync(cancellationToken);
            await PrepareWriterAsync(writer, options, cancellationToken);
            var applied = await new Migrator(migrations, options.Time).MigrateAsync(writer, cancellationToken);
            var readers = ConnectionStringOf(file, options, SqliteOpenMode.ReadOnly, pooling: true);
            return new Database(file, temporaryFolder, writer, readers, options.IdentityKey) { AppliedMigrations = applied };
        }
        catch
        {
            await writer.DisposeAsync();
            DeleteFolder(temporaryFolder);
            throw;
        }
    }

    /// <summary>Moves what the write-ahead log holds into the database file and empties the log.</summary>
    public async Task CheckpointAsync(CancellationToken cancellationToken)
    {
        await _writeTurn.WaitAsync(cancellationToken);
        try
        {
            await ExecuteAsync(_writer, "PRAGMA wal_checkpoint(TRUNCATE)", cancellationToken);
        }
        finally
        {
            _writeTurn.Release();
        }
    }

    /// <summary>Writes a consistent, compact copy while the database stays in use.</summary>
    /// <param name="path">File that does not exist yet. It is readable by its owner alone.</param>
    /// <param name="cancellationToken">Seen before the copy begins.</param>
    /// <exception cref="IOException">The file exists.</exception>
    public async Task BackupAsync(string path, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (File.Exists(path))
        {
            throw new IOException("The backup's file exists; name one that does not.");
        }

        // SQLite takes an empty file as a target, and so the copy never exists with wider permissions.
        CreatePrivateFile(path);
        await using DbConnection reader = await OpenReaderAsync(cancellationToken);
        await using var command = reader.CreateCommand();
        command.CommandText = "VACUUM INTO @path";
        command.AddParameter("@path", path);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Closes all connections; readers still in use are closed as they are returned.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        await _writeTurn.WaitAsync();
        await _writer.DisposeAsync();
        await using (var any = new SqliteConnection(_readerConnectionString))
        {
            SqliteConnection.ClearPool(any);
        }

        Identities.Dispose();
        _writeTurn.Dispose();
        DeleteFolder(_temporaryFolder);
    }

    /// <summary>A connection that can only read, from a pool.</summary>
    internal async Task<DbConnection> OpenReaderAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var connection = new SqliteConnection(_readerConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs the work in one transaction when the writer's turn comes; rolls back when it throws.</summary>
    internal Task<T> WriteAsync<T>(
        Func<DbConnection, DbTransaction, CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        WriteAsync(work, isDurable: false, cancellationToken);

    /// <summary>
    /// The same, and the commit is on the disk when this returns: what was said to a customer outlives a loss of power.
    /// </summary>
    internal Task<T> WriteDurablyAsync<T>(
        Func<DbConnection, DbTransaction, CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        WriteAsync(work, isDurable: true, cancellationToken);

    /// <summary>Runs several reads that see one state of the database.</summary>
    internal async Task<T> ReadAsync<T>(
        Func<DbConnection, DbTransaction, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var connection = await OpenReaderAsync(cancellationToken);
        await using DbTransaction transaction = ((SqliteConnection)connection).BeginTransaction(deferred: true);
        return await work(connection, transaction, cancellationToken);
    }

    /// <summary>Reads all rows of one query.</summary>
    internal async Task<IReadOnlyList<T>> ReadListAsync<T>(
        string sql,
        IEnumerable<(string Name, object? Value)> parameters,
        Func<DbDataReader, T> read,
        CancellationToken cancellationToken)
    {
        await using var connection = await OpenReaderAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.AddParameter(name, value);
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    private async Task<T> WriteAsync<T>(
        Func<DbConnection, DbTransaction, CancellationToken, Task<T>> work,
        bool isDurable,
        CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        await _writeTurn.WaitAsync(cancellationToken);
        try
        {
            await ExecuteAsync(_writer, $"PRAGMA synchronous = {(isDurable ? "FULL" : "NORMAL")}", cancellationToken);

            // The write lock is taken at the beginning, so nothing read here can be outrun by another process.
            // Disposing a transaction that was not committed rolls it back.
            await using var transaction = _writer.BeginTransaction(deferred: false);
            var result = await work(_writer, transaction, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return result;
        }
        finally
        {
            _writeTurn.Release();
        }
    }

    private static string ConnectionStringOf(string file, DatabaseOptions options, SqliteOpenMode mode, bool pooling) =>
        new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = mode,
            Pooling = pooling,
            ForeignKeys = true,
            DefaultTimeout = (int)Math.Ceiling(options.BusyTimeout.TotalSeconds),
        }.ToString();

    private static async Task PrepareWriterAsync(
        SqliteConnection writer, DatabaseOptions options, CancellationToken cancellationToken)
    {
        var busyMs = ((int)options.BusyTimeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        await ExecuteAsync(writer, $"PRAGMA busy_timeout = {busyMs}", cancellationToken);
        await ExecuteAsync(writer, "PRAGMA journal_mode = WAL", cancellationToken);
        await ExecuteAsync(writer, "PRAGMA synchronous = NORMAL", cancellationToken);
        await ExecuteAsync(writer, "PRAGMA trusted_schema = OFF", cancellationToken);
        await ExecuteAsync(writer, "PRAGMA cell_size_check = ON", cancellationToken);

        // Deleted call detail is overwritten with zeros.
        await ExecuteAsync(writer, "PRAGMA secure_delete = ON", cancellationToken);

        // 64 MiB of pages, and a checkpoint each 16 MiB of log: batches are large.
        await ExecuteAsync(writer, "PRAGMA cache_size = -65536", cancellationToken);
        await ExecuteAsync(writer, "PRAGMA wal_autocheckpoint = 4096", cancellationToken);
    }

    private static async Task ExecuteAsync(SqliteConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    // Call detail is for few eyes. SQLite gives its log and index files the permissions of the database file.
    private static void CreatePrivateFile(string file)
    {
        if (OperatingSystem.IsWindows() || File.Exists(file))
        {
            return;
        }

        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using var created = new FileStream(file, options);
    }

    private static void DeleteFolder(string? folder)
    {
        if (folder is not null)
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
