using System.Data.Common;
using System.Security.Cryptography;
using NodaTime;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Storage.Months;

/// <summary>The counters behind a unit's day.</summary>
/// <param name="Date">The date in the account's zone.</param>
/// <param name="CallsOnFile">Answered calls whose counters are kept.</param>
/// <param name="Digest">SHA-256 over their scores and counters, 64 lowercase hexadecimal digits.</param>
public sealed record CounterDigest(LocalDate Date, long CallsOnFile, string Digest);

/// <summary>
/// Ties the sums of a day to the interval counters that they were made of. The digest is over the answered calls in
/// key order, which is the order of time: key, score, and of each stream its score, scored time and stored counters.
/// Who has the database can compute it again; the sums alone cannot be made to fit other counters.
/// </summary>
public sealed class CounterDigests(Database database)
{
    // A call belongs to the month of its answer, and may have begun before.
    private static readonly Duration LongestRinging = Duration.FromDays(1);

    private const string Select = """
        SELECT c.local_date, c.call_key, c.mos_e4, s.ordinal, s.mos_e4, s.scored_us, s.measurement
        FROM call c LEFT JOIN stream s ON s.call_key = c.call_key
        WHERE c.account_id = @account_id AND c.call_key >= @from AND c.call_key < @to
            AND c.unit_id = @unit_id AND c.service_month = @service_month AND c.outcome = 'Answered'
        ORDER BY c.call_key, s.ordinal
        """;

    /// <summary>The digests of a unit's month by date; a date without a call on file is not there.</summary>
    public async Task<IReadOnlyDictionary<LocalDate, CounterDigest>> ListAsync(
        string accountId, string unitId, MonthlyPeriod period, CancellationToken cancellationToken)
    {
        var from = CallKey.FirstFrom((period.Start - LongestRinging).ToMicroseconds());
        if (from is null)
        {
            return new Dictionary<LocalDate, CounterDigest>();
        }

        await using var connection = await database.OpenReaderAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = Select;
        command.CommandTimeout = 0;
        command.AddParameter("@account_id", accountId);
        command.AddParameter("@unit_id", unitId);
        command.AddParameter("@service_month", period.Month.ToString());
        command.AddParameter("@from", from.Value.ToOctets());
        command.AddParameter("@to", (CallKey.FirstFrom(period.End.ToMicroseconds()) ?? CallKey.Highest).ToOctets());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var days = new Dictionary<LocalDate, Day>();
        try
        {
            await ReadAsync(reader, days, cancellationToken);
            return days.ToDictionary(
                day => day.Key,
                day => new CounterDigest(
                    day.Key, day.Value.Calls, Convert.ToHexStringLower(day.Value.Hash.GetHashAndReset())));
        }
        finally
        {
            foreach (var day in days.Values)
            {
                day.Hash.Dispose();
            }
        }
    }

    private static async Task ReadAsync(
        DbDataReader reader, Dictionary<LocalDate, Day> days, CancellationToken cancellationToken)
    {
        var octets = new OctetWriter();
        byte[] last = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.IsDBNull(0))
            {
                continue;
            }

            var date = reader.GetDate(0);
            if (!days.TryGetValue(date, out var day))
            {
                days[date] = day = new Day();
            }

            var key = reader.GetFieldValue<byte[]>(1);
            octets.Clear();
            if (!key.AsSpan().SequenceEqual(last))
            {
                last = key;
                day.Calls++;
                octets.WriteOctet(1);
                octets.WriteOctets(key);
                octets.WriteOptional(reader.GetNullableInt64(2));
            }

            if (!reader.IsDBNull(3))
            {
                octets.WriteOctet(2);
                octets.WriteSigned(reader.GetInt64(3));
                octets.WriteOptional(reader.GetNullableInt64(4));
                octets.WriteSigned(reader.GetInt64(5));
                var counters = reader.GetFieldValue<byte[]>(6);
                octets.WriteUnsigned((ulong)counters.Length);
                octets.WriteOctets(counters);
            }

            day.Hash.AppendData(octets.Written);
        }
    }

    private sealed class Day
    {
        public IncrementalHash Hash { get; } = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public long Calls { get; set; }
    }
}
