using VoiceQuality.Protocols.Network;
using VoiceQuality.Quality.Signalling;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Storage.Signalling;

/// <summary>Signalling of a unit in a piece of time.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="UnitId">The unit.</param>
/// <param name="FromUs">First instant of the piece, microseconds since 1970-01-01 UTC.</param>
/// <param name="Counters">Its sums.</param>
public sealed record UnitSignalling(string AccountId, string UnitId, long FromUs, SignallingCounters Counters);

/// <summary>Signalling between two endpoints in an hour.</summary>
/// <param name="Source">Who asked; null with the destination for pairs that are not kept apart.</param>
/// <param name="Destination">Who was asked.</param>
/// <param name="HourUs">First instant of the hour, microseconds since 1970-01-01 UTC.</param>
/// <param name="Counters">Its sums.</param>
public sealed record PairSignalling(
    IpEndpoint? Source, IpEndpoint? Destination, long HourUs, SignallingCounters Counters);

/// <summary>
/// Reads the sums of signalling. An hour belongs to a time when it begins in it. No query looks at a call. Threads may
/// share it.
/// </summary>
public sealed class SignallingQueries(Database database)
{
    /// <summary>Sums of units over the whole time, or by hour.</summary>
    internal static string SelectUnits(bool byHour, string? accountId, string? unitId) => $"""
        SELECT account_id, unit_id, MIN(hour_us), {SignallingColumns.Sums} FROM signalling_hour
        WHERE hour_us >= @from_us AND hour_us < @to_us{Only("account_id", accountId)}{Only("unit_id", unitId)}
        GROUP BY {(byHour ? "hour_us, " : "")}account_id, unit_id
        ORDER BY {(byHour ? "hour_us, " : "")}account_id, unit_id
        """;

    /// <summary>Sums of pairs by hour.</summary>
    internal static string SelectPairHours(string? accountId) => $"""
        SELECT p.source, p.destination, h.hour_us, {SignallingColumns.Sums}
        FROM signalling_hour h LEFT JOIN signalling_pair p ON p.pair_id = h.pair_id
        WHERE h.hour_us >= @from_us AND h.hour_us < @to_us{Only("account_id", accountId)}
        GROUP BY h.hour_us, h.pair_id
        ORDER BY h.hour_us, h.pair_id
        """;

    /// <summary>The units that had attempts, each with its sums over the whole time.</summary>
    /// <param name="fromUs">Inclusive, microseconds since 1970-01-01 UTC.</param>
    /// <param name="toUs">Exclusive.</param>
    /// <param name="accountId">One account; null for all.</param>
    /// <param name="unitId">One unit of it; null for all.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public Task<IReadOnlyList<UnitSignalling>> ListUnitsAsync(
        long fromUs, long toUs, string? accountId, string? unitId, CancellationToken cancellationToken) =>
        ReadUnitsAsync(false, fromUs, toUs, accountId, unitId, cancellationToken);

    /// <summary>The same by hour, in order of time.</summary>
    /// <param name="fromUs">Inclusive, microseconds since 1970-01-01 UTC.</param>
    /// <param name="toUs">Exclusive.</param>
    /// <param name="accountId">One account; null for all.</param>
    /// <param name="unitId">One unit of it; null for all.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public Task<IReadOnlyList<UnitSignalling>> ListUnitHoursAsync(
        long fromUs, long toUs, string? accountId, string? unitId, CancellationToken cancellationToken) =>
        ReadUnitsAsync(true, fromUs, toUs, accountId, unitId, cancellationToken);

    /// <summary>Pairs of endpoints by hour, in order of time.</summary>
    /// <param name="fromUs">Inclusive, microseconds since 1970-01-01 UTC.</param>
    /// <param name="toUs">Exclusive.</param>
    /// <param name="accountId">One account; null for all.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public Task<IReadOnlyList<PairSignalling>> ListPairHoursAsync(
        long fromUs, long toUs, string? accountId, CancellationToken cancellationToken) => database.ReadListAsync(
            SelectPairHours(accountId),
            ParametersOf(fromUs, toUs, accountId, null),
            reader => new PairSignalling(
                reader.GetNullableBytes(0) is { } source ? EndpointEncoding.FromOctets(source) : null,
                reader.GetNullableBytes(1) is { } destination ? EndpointEncoding.FromOctets(destination) : null,
                reader.GetInt64(2),
                SignallingColumns.Read(reader, 3)),
            cancellationToken);

    private Task<IReadOnlyList<UnitSignalling>> ReadUnitsAsync(
        bool byHour, long fromUs, long toUs, string? accountId, string? unitId,
        CancellationToken cancellationToken) => database.ReadListAsync(
            SelectUnits(byHour, accountId, unitId),
            ParametersOf(fromUs, toUs, accountId, unitId),
            reader => new UnitSignalling(
                reader.GetString(0), reader.GetString(1), reader.GetInt64(2), SignallingColumns.Read(reader, 3)),
            cancellationToken);

    // A condition that is there always, and asks for null, would keep the index of an account from being used.
    private static string Only(string column, string? value) => value is null ? "" : $" AND {column} = @{column}";

    private static IEnumerable<(string Name, object? Value)> ParametersOf(
        long fromUs, long toUs, string? accountId, string? unitId)
    {
        yield return ("@from_us", fromUs);
        yield return ("@to_us", toUs);
        if (accountId is not null)
        {
            yield return ("@account_id", accountId);
        }

        if (unitId is not null)
        {
            yield return ("@unit_id", unitId);
        }
    }
}
