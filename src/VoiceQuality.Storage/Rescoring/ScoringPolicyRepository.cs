using System.Data.Common;
using NodaTime;
using VoiceQuality.Quality.Codecs;
using VoiceQuality.Quality.Scoring;

namespace VoiceQuality.Storage.Rescoring;

/// <summary>Keeps every scoring policy that scores stand by. Threads and processes may share it.</summary>
public sealed class ScoringPolicyRepository(Database database)
{
    /// <summary>The id of what was put together by single settings; its digest tells which.</summary>
    public const string SettingsId = "settings";

    private const string Select = "SELECT digest, document, codecs FROM scoring_policy ORDER BY recorded_at_us, digest";

    private const string Insert = """
        INSERT INTO scoring_policy (digest, id, document, codecs, recorded_at_us)
        VALUES (@digest, @id, @document, @codecs, @recorded_at_us)
        """;

    /// <summary>Adds a policy unless it is there. It is on the disk when this returns.</summary>
    /// <returns>False when its id names another policy; nothing was changed.</returns>
    public async Task<bool> RecordAsync(
        ScoringPolicyDocument policy, Instant now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return await database.WriteDurablyAsync(
            async (_, transaction, token) =>
            {
                var stored = await ReadAsync(transaction, token);
                if (stored.Any(other => other.Digest == policy.Digest))
                {
                    return true;
                }

                if (IsTaken(policy, stored))
                {
                    return false;
                }

                await using var command = transaction.Command(Insert);
                command.AddParameter("@digest", policy.Digest);
                command.AddParameter("@id", policy.Id);
                command.AddParameter("@document", policy.ToJson());
                command.AddParameter("@codecs", policy.Codecs.Text);
                command.AddParameter("@recorded_at_us", now.ToMicroseconds());
                await command.ExecuteNonQueryAsync(token);
                return true;
            },
            cancellationToken);
    }

    /// <summary>Whether the id of a policy names another one, built in or stored.</summary>
    public static bool IsTaken(ScoringPolicyDocument policy, IEnumerable<ScoringPolicyDocument> stored)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(stored);
        return policy.Id != SettingsId && stored.Concat(ScoringPolicyDocument.BuiltIn)
            .Any(other => other.Id == policy.Id && other.Digest != policy.Digest);
    }

    /// <summary>All policies on file, in the order of recording; the built-in one is there once it was used.</summary>
    /// <exception cref="StoredDataException">A policy was altered, or this program reads otherwise.</exception>
    public Task<IReadOnlyList<ScoringPolicyDocument>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadListAsync(Select, [], Read, cancellationToken);

    /// <summary>Number of policies on file, which only grows.</summary>
    public async Task<long> CountAsync(CancellationToken cancellationToken) => (await database.ReadListAsync(
        "SELECT count(*) FROM scoring_policy", [], static reader => reader.GetInt64(0), cancellationToken))[0];

    private static async Task<List<ScoringPolicyDocument>> ReadAsync(
        DbTransaction transaction, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(Select);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var policies = new List<ScoringPolicyDocument>();
        while (await reader.ReadAsync(cancellationToken))
        {
            policies.Add(Read(reader));
        }

        return policies;
    }

    private static ScoringPolicyDocument Read(DbDataReader reader)
    {
        // The built-in table that it names may be that of another version of the program; what counts is stored.
        return CodecTable.TryParse(reader.GetString(2), out var table, out _)
            && ScoringPolicyDocument.TryParseWith(reader.GetString(1), table, out var policy)
            && policy.Digest == reader.GetString(0)
            ? policy
            : throw new StoredDataException("A stored scoring policy was altered, or this program reads it otherwise.");
    }
}
