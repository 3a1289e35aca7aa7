using System.Data.Common;
using System.IO.Compression;
using System.Security.Cryptography;
using NodaTime;

namespace VoiceQuality.Storage.Reference;

/// <summary>A document of reference data that is or was in force.</summary>
/// <param name="Sequence">1 for the first of all kinds.</param>
/// <param name="Kind">Its kind, such as "components".</param>
/// <param name="Version">1 for the first of its kind; the greatest is in force.</param>
/// <param name="ImportId">The same for all documents that were imported together.</param>
/// <param name="Digest">SHA-256 of the octets as imported, lower-case hexadecimal.</param>
/// <param name="RowCount">Rows without the header.</param>
/// <param name="Actor">Who imported it.</param>
/// <param name="StoredAt">When, to the microsecond.</param>
public sealed record ReferenceVersion(
    long Sequence, string Kind, int Version, long ImportId, string Digest, long RowCount, string Actor,
    Instant StoredAt);

/// <summary>A document with its octets as they were imported.</summary>
/// <param name="Version">Which one.</param>
/// <param name="Octets">The octets.</param>
public sealed record StoredReference(ReferenceVersion Version, byte[] Octets);

/// <summary>A document to be put in force.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Octets">All of it.</param>
/// <param name="RowCount">Rows without the header.</param>
public sealed record ReferenceDocument(string Kind, ReadOnlyMemory<byte> Octets, long RowCount);

/// <summary>What became of an import.</summary>
/// <param name="IsStale">
/// Another import came in between, so that what was checked is no longer in force; nothing was changed.
/// </param>
/// <param name="Stored">The documents that differ from those in force before; empty when none does.</param>
public sealed record ReferenceOutcome(bool IsStale, IReadOnlyList<ReferenceVersion> Stored);

/// <summary>
/// Keeps every document of reference data that was ever in force, so that what a decision went by can be shown years
/// later. Threads and processes may share it.
/// </summary>
public sealed class ReferenceRepository(Database database)
{
    private const string Columns =
        "sequence, kind, version, import_id, digest, row_count, actor, stored_at_us";

    private const string SelectHead = "SELECT coalesce(max(sequence), 0) FROM reference_document";

    private const string SelectHistory = $"SELECT {Columns} FROM reference_document ORDER BY sequence DESC";

    private const string InForce = """
        version = (SELECT max(d.version) FROM reference_document d WHERE d.kind = reference_document.kind)
        """;

    private const string SelectInForce = $"SELECT {Columns} FROM reference_document WHERE {InForce} ORDER BY kind";

    private const string SelectDocuments =
        $"SELECT {Columns}, document, octets FROM reference_document WHERE {InForce} ORDER BY kind";

    private const string SelectDocument =
        $"SELECT {Columns}, document, octets FROM reference_document WHERE kind = @kind AND version = @version";

    private const string Insert = """
        INSERT INTO reference_document
            (sequence, kind, version, import_id, digest, document, octets, row_count, actor, stored_at_us)
        VALUES
            (@sequence, @kind, @version, @import_id, @digest, @document, @octets, @row_count, @actor, @stored_at_us)
        """;

    /// <summary>
    /// Puts documents in force, all of them in one transaction; one that is in force already changes nothing. It is on
    /// the disk when this returns.
    /// </summary>
    /// <param name="documents">Checked documents, one of a kind.</param>
    /// <param name="basedOn">
    /// <see cref="HeadAsync"/> at which they were checked; null puts them in force whatever else is.
    /// </param>
    /// <param name="actor">Who imports them, 1 to 64 characters.</param>
    /// <param name="now">When.</param>
    /// <param name="cancellationToken">Stops the writing; nothing is then changed.</param>
    public Task<ReferenceOutcome> ImportAsync(
        IReadOnlyCollection<ReferenceDocument> documents,
        long? basedOn,
        string actor,
        Instant now,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(documents);
        ArgumentException.ThrowIfNullOrEmpty(actor);

        // Compressed before the write lock is taken.
        var prepared = documents
            .Select(document => (
                Document: document,
                Digest: Convert.ToHexStringLower(SHA256.HashData(document.Octets.Span)),
                Packed: Pack(document.Octets.Span)))
            .OrderBy(item => item.Document.Kind, StringComparer.Ordinal).ToList();
        return database.WriteDurablyAsync(
            async (_, transaction, token) =>
            {
                var inForce = await ReadInForceAsync(transaction, token);
                var head = await ReadHeadAsync(transaction, token);
                if (basedOn is { } checkedAt && checkedAt != head)
                {
                    return new ReferenceOutcome(IsStale: true, []);
                }

                var stored = new List<ReferenceVersion>();
                foreach (var (document, digest, packed) in prepared)
                {
                    var before = inForce.GetValueOrDefault(document.Kind);
                    if (before?.Digest == digest)
                    {
                        continue;
                    }

                    var version = new ReferenceVersion(
                        head + stored.Count + 1, document.Kind, (before?.Version ?? 0) + 1, head + 1, digest,
                        document.RowCount, actor, now.ToMicroseconds().FromMicroseconds());
                    await InsertAsync(transaction, version, packed, document.Octets.Length, token);
                    stored.Add(version);
                }

                return new ReferenceOutcome(IsStale: false, stored);
            },
            cancellationToken);
    }

    /// <summary>A number that stays as long as nothing is imported, and else grows.</summary>
    public async Task<long> HeadAsync(CancellationToken cancellationToken) =>
        (await database.ReadListAsync(SelectHead, [], reader => reader.GetInt64(0), cancellationToken))[0];

    /// <summary>The documents in force, by kind.</summary>
    public Task<IReadOnlyList<ReferenceVersion>> ListInForceAsync(CancellationToken cancellationToken) =>
        database.ReadListAsync(SelectInForce, [], ReadVersion, cancellationToken);

    /// <summary>All documents there ever were, newest first.</summary>
    public Task<IReadOnlyList<ReferenceVersion>> ListVersionsAsync(CancellationToken cancellationToken) =>
        database.ReadListAsync(SelectHistory, [], ReadVersion, cancellationToken);

    /// <summary>The documents in force with their octets, by kind, and the head that they are of.</summary>
    /// <exception cref="StoredDataException">A document was altered.</exception>
    public Task<(long Head, IReadOnlyList<StoredReference> Documents)> ReadInForceAsync(
        CancellationToken cancellationToken) => database.ReadAsync(
        async (_, transaction, token) =>
        {
            var head = await ReadHeadAsync(transaction, token);
            await using var command = transaction.Command(SelectDocuments);
            await using var reader = await command.ExecuteReaderAsync(token);
            var documents = new List<StoredReference>();
            while (await reader.ReadAsync(token))
            {
                documents.Add(ReadDocument(reader));
            }

            return (head, (IReadOnlyList<StoredReference>)documents);
        },
        cancellationToken);

    /// <summary>One version of a document; null when there is no such version.</summary>
    /// <exception cref="StoredDataException">The document was altered.</exception>
    public async Task<StoredReference?> ReadAsync(string kind, int version, CancellationToken cancellationToken)
    {
        var documents = await database.ReadListAsync(
            SelectDocument, [("@kind", kind), ("@version", version)], ReadDocument, cancellationToken);
        return documents.Count == 0 ? null : documents[0];
    }

    private static async Task InsertAsync(
        DbTransaction transaction, ReferenceVersion version, byte[] packed, int octets,
        CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(Insert);
        command.AddParameter("@sequence", version.Sequence);
        command.AddParameter("@kind", version.Kind);
        command.AddParameter("@version", version.Version);
        command.AddParameter("@import_id", version.ImportId);
        command.AddParameter("@digest", version.Digest);
        command.AddParameter("@document", packed);
        command.AddParameter("@octets", octets);
        command.AddParameter("@row_count", version.RowCount);
        command.AddParameter("@actor", version.Actor);
        command.AddParameter("@stored_at_us", version.StoredAt.ToMicroseconds());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<long> ReadHeadAsync(DbTransaction transaction, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(SelectHead);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task<Dictionary<string, ReferenceVersion>> ReadInForceAsync(
        DbTransaction transaction, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(SelectInForce);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var versions = new Dictionary<string, ReferenceVersion>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            var version = ReadVersion(reader);
            versions.Add(version.Kind, version);
        }

        return versions;
    }

    private static ReferenceVersion ReadVersion(DbDataReader reader) => new(
        reader.GetInt64(0), reader.GetString(1), reader.GetInt32(2), reader.GetInt64(3), reader.GetString(4),
        reader.GetInt64(5), reader.GetString(6), reader.GetInstant(7));

    // The digest binds the octets to the row: what was altered on the disk must not decide about money.
    private static StoredReference ReadDocument(DbDataReader reader)
    {
        var version = ReadVersion(reader);
        var octets = Unpack(reader.GetFieldValue<byte[]>(8), reader.GetInt32(9));
        return octets is not null && Convert.ToHexStringLower(SHA256.HashData(octets)) == version.Digest
            ? new StoredReference(version, octets)
            : throw new StoredDataException(
                $"Version {version.Version} of the reference data '{version.Kind}' was altered; restore a backup.");
    }

    private static byte[] Pack(ReadOnlySpan<byte> octets)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(octets);
        }

        return packed.ToArray();
    }

    private static byte[]? Unpack(byte[] packed, int octets)
    {
        try
        {
            using var gzip = new GZipStream(new MemoryStream(packed, writable: false), CompressionMode.Decompress);
            var unpacked = new byte[octets];
            gzip.ReadExactly(unpacked);
            return gzip.ReadByte() < 0 ? unpacked : null;
        }
        catch (Exception damaged) when (damaged is InvalidDataException or EndOfStreamException)
        {
            return null;
        }
    }
}
