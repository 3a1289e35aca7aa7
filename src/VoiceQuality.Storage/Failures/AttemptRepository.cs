using System.Data.Common;
using NodaTime;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Reference;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Storage.Failures;

/// <summary>One direction between two endpoints.</summary>
/// <param name="PairId">Its number.</param>
/// <param name="Source">Who asks.</param>
/// <param name="Destination">Who is asked.</param>
/// <param name="HasAnswered">Whether the destination has ever answered.</param>
public sealed record AttemptPair(long PairId, IpEndpoint Source, IpEndpoint Destination, bool HasAnswered);

/// <summary>An attempt or probe as evidence.</summary>
/// <param name="At">When it failed, or worked.</param>
/// <param name="Class">What it shows.</param>
/// <param name="CallKey">The call; null for a probe.</param>
/// <param name="FinalStatus">Final status; null for none.</param>
/// <param name="Source">Who asked.</param>
/// <param name="Destination">Who was asked.</param>
public sealed record AttemptEvidence(
    Instant At, AttemptClass Class, CallKey? CallKey, int? FinalStatus, IpEndpoint Source, IpEndpoint Destination);

/// <summary>Reads the attempts and probes that went over a component. Threads may share it.</summary>
public sealed class AttemptRepository(Database database)
{
    private const string SelectPairs = """
        SELECT pair_id, source, destination, has_answered FROM signalling_pair
        WHERE source BETWEEN @low AND @high AND length(source) = @length
        UNION
        SELECT pair_id, source, destination, has_answered FROM signalling_pair
        WHERE destination BETWEEN @low AND @high AND length(destination) = @length
        """;

    private const string SelectEvidence = """
        SELECT a.at_us, a.class, c.call_key, coalesce(c.final_status, p.final_status)
        FROM attempt a
        LEFT JOIN call c ON c.call_key = a.attempt_key
        LEFT JOIN probe p ON p.probe_key = a.attempt_key
        WHERE a.pair_id = @pair_id AND a.class = @class AND a.at_us >= @from_us AND a.at_us < @before_us
        ORDER BY a.at_us LIMIT @limit
        """;

    /// <summary>Answers questions about the attempts of a component, all on one state of the database.</summary>
    /// <param name="component">The component.</param>
    /// <param name="policy">The reading that says how long is long enough.</param>
    /// <param name="ask">The questions.</param>
    /// <param name="cancellationToken">Stops before they are asked.</param>
    public Task<T> AskAsync<T>(
        Component component, ContractPolicy policy, Func<IAttemptSeries, T> ask, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(component);
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(ask);
        return database.ReadAsync(
            (_, transaction, _) =>
            {
                using var series = new AttemptSeries(
                    transaction, PairsOf(transaction, component), component.From, component.To, policy);
                return Task.FromResult(ask(series));
            },
            cancellationToken);
    }

    /// <summary>Whether any attempt or probe ever went over a component while it was in service.</summary>
    /// <param name="component">The component.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public Task<bool> HasAnyAsync(Component component, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(component);
        return database.ReadAsync(
            (_, transaction, _) => Task.FromResult(
                PairsOf(transaction, component).Any(pair => HasAny(transaction, pair, component))),
            cancellationToken);
    }

    /// <summary>Attempts and probes of a component that failed, or that worked, earliest first.</summary>
    /// <param name="component">The component.</param>
    /// <param name="from">First instant.</param>
    /// <param name="before">First instant after it; null for none.</param>
    /// <param name="failed">Whether those that failed are wanted.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public Task<IReadOnlyList<AttemptEvidence>> ListAsync(
        Component component, Instant from, Instant? before, bool failed, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(component);
        AttemptClass[] classes = failed
            ? [AttemptClass.ServerFailure, AttemptClass.NoResponse, AttemptClass.NoMedia]
            : [AttemptClass.Media, AttemptClass.Responded];
        return database.ReadAsync<IReadOnlyList<AttemptEvidence>>(
            (_, transaction, _) =>
            {
                var found = new List<AttemptEvidence>();
                foreach (var pair in PairsOf(transaction, component))
                {
                    foreach (var which in classes.Where(one => pair.HasAnswered || one != AttemptClass.NoResponse))
                    {
                        Read(transaction, pair, which, from, before, limit, found);
                    }
                }

                return Task.FromResult<IReadOnlyList<AttemptEvidence>>(
                    [.. found.OrderBy(one => one.At).ThenBy(one => one.Class).Take(limit)]);
            },
            cancellationToken);
    }

    private static bool HasAny(DbTransaction transaction, AttemptPair pair, Component component)
    {
        // One look-up in the index for each class.
        foreach (var which in Enum.GetValues<AttemptClass>())
        {
            using var command = transaction.Command("""
                SELECT 1 FROM attempt
                WHERE pair_id = @pair_id AND class = @class AND at_us >= @from_us AND at_us < @to_us LIMIT 1
                """);
            command.AddParameter("@pair_id", pair.PairId);
            command.AddParameter("@class", (int)which);
            command.AddParameter("@from_us", component.From.ToMicroseconds());
            command.AddParameter("@to_us", component.To?.ToMicroseconds() ?? long.MaxValue);
            if (command.ExecuteScalar() is not null)
            {
                return true;
            }
        }

        return false;
    }

    private static void Read(
        DbTransaction transaction, AttemptPair pair, AttemptClass which, Instant from, Instant? before, int limit,
        List<AttemptEvidence> found)
    {
        using var command = transaction.Command(SelectEvidence);
        command.AddParameter("@pair_id", pair.PairId);
        command.AddParameter("@class", (int)which);
        command.AddParameter("@from_us", from.ToMicroseconds());
        command.AddParameter("@before_us", before?.ToMicroseconds() ?? long.MaxValue);
        command.AddParameter("@limit", limit);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            found.Add(new AttemptEvidence(
                reader.GetInstant(0),
                (AttemptClass)reader.GetInt32(1),
                reader.GetNullableBytes(2) is { } key ? CallKey.FromOctets(key) : null,
                reader.GetNullableInt32(3),
                pair.Source,
                pair.Destination));
        }
    }

    private static List<AttemptPair> PairsOf(DbTransaction transaction, Component component)
    {
        var pairs = new Dictionary<long, AttemptPair>();
        foreach (var (low, high) in component.SignallingAddresses.SelectMany(range => BoundsOf(range.Prefix)))
        {
            using var command = transaction.Command(SelectPairs);
            command.AddParameter("@low", low);
            command.AddParameter("@high", high);
            command.AddParameter("@length", low.Length);
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                var pair = new AttemptPair(
                    reader.GetInt64(0),
                    EndpointEncoding.FromOctets(reader.GetFieldValue<byte[]>(1)),
                    EndpointEncoding.FromOctets(reader.GetFieldValue<byte[]>(2)),
                    reader.GetInt64(3) == 1);
                if (component.Carries(
                    AddressOf(pair.Source), AddressOf(pair.Destination), component.From, pair.Source.Port,
                    pair.Destination.Port))
                {
                    pairs[pair.PairId] = pair;
                }
            }
        }

        return [.. pairs.Values.OrderBy(pair => pair.PairId)];
    }

    /// <summary>First and last stored endpoint of a block, as octets; of both families where it holds both.</summary>
    private static IEnumerable<(byte[] Low, byte[] High)> BoundsOf(IpPrefix prefix)
    {
        const int MappedLength = 96;
        var last = prefix.Network
            | (prefix.Length == 0 ? UInt128.MaxValue : ~(UInt128.MaxValue << (128 - prefix.Length)));
        last = prefix.Length == 128 ? prefix.Network : last;
        var mapped = new SignallingAddress((UInt128)0xFFFF << 32);
        if (prefix.Length >= MappedLength && new SignallingAddress(prefix.Network).IsIPv4)
        {
            yield return (Octets(prefix.Network, 4, 0), Octets(last, 4, 0xFF));
            yield break;
        }

        yield return (Octets(prefix.Network, 16, 0), Octets(last, 16, 0xFF));
        if (prefix.Contains(mapped))
        {
            yield return (Octets(0, 4, 0), Octets(uint.MaxValue, 4, 0xFF));
        }
    }

    private static byte[] Octets(UInt128 address, int length, byte port)
    {
        var octets = new byte[length + 2];
        for (var i = 0; i < length; i++)
        {
            octets[i] = (byte)(address >> (8 * (length - 1 - i)));
        }

        octets[^2] = octets[^1] = port;
        return octets;
    }

    private static SignallingAddress? AddressOf(IpEndpoint endpoint)
    {
        Span<byte> octets = stackalloc byte[16];
        var length = endpoint.Address.CopyTo(octets);
        return SignallingAddress.TryCreate(octets[..length], out var address) ? address : null;
    }
}
