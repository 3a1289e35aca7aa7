using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace VoiceQuality.Storage.Migrations;

/// <summary>
/// Brings a database to the newest version, one transaction a step. Processes that open one database at the same time
/// take turns at each step, because a step begins by taking the write lock and then looks which one is next.
/// </summary>
internal sealed class Migrator(IReadOnlyList<Migration> migrations, TimeProvider time)
{
    private const string CreateTable = """
        CREATE TABLE IF NOT EXISTS schema_migration (
            version       INTEGER NOT NULL PRIMARY KEY,
            name          TEXT    NOT NULL,
            checksum      TEXT    NOT NULL,
            applied_at_us INTEGER NOT NULL
        )
        """;

    private const string SelectApplied = "SELECT version, name, checksum FROM schema_migration ORDER BY version";

    private const string InsertApplied = """
        INSERT INTO schema_migration (version, name, checksum, applied_at_us)
        VALUES (@version, @name, @checksum, @applied_at_us)
        """;

    /// <summary>Applies what is missing and returns how many steps that were.</summary>
    /// <exception cref="SchemaException">The schema is newer, or an applied step differs from the one built
    /// in.</exception>
    public async Task<int> MigrateAsync(SqliteConnection connection, CancellationToken cancellationToken)
    {
        for (var applied = 0; ; applied++)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // Not deferred: the write lock is taken here, so the version read below cannot be outrun.
            await using var transaction = connection.BeginTransaction(deferred: false);
            await ExecuteAsync(connection, transaction, CreateTable, cancellationToken);
            var version = await CheckAppliedAsync(connection, transaction, cancellationToken);

            if (version < migrations.Count)
            {
                await ApplyAsync(connection, transaction, migrations[version], cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);

            if (version == migrations.Count)
            {
                return applied;
            }
        }
    }

    private async Task<int> CheckAppliedAsync(
        SqliteConnection connection, DbTransaction transaction, CancellationToken cancellationToken)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = SelectApplied;
        command.Transaction = transaction;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);

        var count = 0;
        while (await reader.ReadAsync(cancellationToken))
        {
            var version = reader.GetInt32(0);
            if (version > migrations[^1].Version)
            {
                throw new SchemaException(
                    $"The database has schema version {version}; this program knows up to {migrations[^1].Version}. "
                    + "Run the program version that wrote it, or a later one.");
            }

            var migration = migrations[count];
            if (version != migration.Version)
            {
                throw new SchemaException(
                    $"The database lacks schema step {migration.Version} but has step {version}. Restore a backup.");
            }

            if (reader.GetString(2) != migration.Checksum)
            {
                throw new SchemaException(
                    $"Schema step {version} ({migration.Name}) was applied with other statements than this program has. "
                    + "Run the program version that created the database, or restore a backup.");
            }

            count++;
        }

        return count;
    }

    private async Task ApplyAsync(
        SqliteConnection connection, DbTransaction transaction, Migration migration, CancellationToken cancellationToken)
    {
        await ExecuteAsync(connection, transaction, migration.Sql, cancellationToken);

        await using DbCommand command = connection.CreateCommand();
        command.CommandText = InsertApplied;
        command.Transaction = transaction;
        command.AddParameter("@version", migration.Version);
        command.AddParameter("@name", migration.Name);
        command.AddParameter("@checksum", migration.Checksum);
        command.AddParameter("@applied_at_us", time.GetUtcNow().ToUnixMicroseconds());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task ExecuteAsync(
        SqliteConnection connection, DbTransaction transaction, string sql, CancellationToken cancellationToken)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
