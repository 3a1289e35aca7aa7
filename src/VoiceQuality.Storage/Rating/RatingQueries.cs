using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using NodaTime;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Rating;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Storage.Rating;

/// <summary>A month of an account as it is rated now.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="Usage">Lines, surcharge and states.</param>
/// <param name="Sums">What they were made from.</param>
/// <param name="Fingerprint">
/// Of the data that every call is rated by; null when calls are still to be rated, so that nothing may be billed by it.
/// </param>
/// <param name="Revision">Moves with every change of what is stored of the month.</param>
/// <param name="AnsweredCalls">Answered calls of the account in the month by the call sums, rated or not.</param>
/// <param name="RowsRead">Rows that were read, those of calls included.</param>
/// <param name="CallsRead">Calls that were read: those of the hours in which an allowance ends.</param>
public sealed record StoredRatedMonth(
    string AccountId,
    RatedMonth Usage,
    RatedSums Sums,
    string? Fingerprint,
    long Revision,
    long AnsweredCalls,
    int RowsRead,
    int CallsRead)
{
    /// <summary>Answered calls that nobody has rated yet, not even as unrated.</summary>
    public long MissingCalls => AnsweredCalls - Usage.Calls;
}

/// <summary>
/// Makes usage from the sums of rated calls. Of the calls themselves only those are read that were answered in the
/// hour in which an allowance ends. Threads may share it.
/// </summary>
public sealed class RatingQueries(Database database)
{
    private const string Match = "service_month = @service_month AND account_id = @account_id";

    private static readonly string SelectTierC = $"""
        SELECT call_key, unit_id, answered_at_us, pattern_seconds, number_digits FROM rated_call
        WHERE account_id = @account_id AND service_month = @service_month
            AND answered_at_us >= @from_us AND answered_at_us < @to_us
            AND pattern_tier = '{StoredName<NetworkTier>.Of(NetworkTier.C)}'
            AND pattern_program = '{StoredName<PricingProgram>.Of(PricingProgram.FlatRate)}'
        """;

    /// <summary>One month of one account; null when it has no rated month at all.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="month">The month.</param>
    /// <param name="policy">The reading of the contract for it.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public Task<StoredRatedMonth?> GetAsync(
        string accountId, ServiceMonth month, ContractPolicy policy, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(accountId);
        ArgumentNullException.ThrowIfNull(policy);
        return database.ReadAsync(
            (_, transaction, token) => ReadAsync(new Scope(transaction, accountId, month), policy, token),
            cancellationToken);
    }

    /// <summary>The revision of a month; null when it has no rated call.</summary>
    public async Task<long?> GetRevisionAsync(
        string accountId, ServiceMonth month, CancellationToken cancellationToken)
    {
        var rows = await database.ReadListAsync(
            $"SELECT revision FROM rated_month WHERE {Match}",
            [("@service_month", month.ToString()), ("@account_id", accountId)],
            reader => reader.GetInt64(0),
            cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>Accounts with rated calls in a month, by id.</summary>
    public Task<IReadOnlyList<string>> ListAccountsAsync(ServiceMonth month, CancellationToken cancellationToken) =>
        database.ReadListAsync(
            "SELECT account_id FROM rated_month WHERE service_month = @service_month ORDER BY account_id",
            [("@service_month", month.ToString())],
            reader => reader.GetString(0),
            cancellationToken);

    /// <summary>Months of an account with rated calls, latest first.</summary>
    public Task<IReadOnlyList<ServiceMonth>> ListMonthsAsync(
        string accountId, CancellationToken cancellationToken) => database.ReadListAsync(
            "SELECT service_month FROM rated_month WHERE account_id = @account_id ORDER BY service_month DESC",
            [("@account_id", accountId)],
            reader => reader.GetMonth(0),
            cancellationToken);

    private static async Task<StoredRatedMonth?> ReadAsync(
        Scope scope, ContractPolicy policy, CancellationToken cancellationToken)
    {
        var standing = await scope.ListAsync(
            $"SELECT fingerprint, revision FROM rated_month WHERE {Match}",
            reader => (Fingerprint: reader.GetNullableString(0), Revision: reader.GetInt64(1)),
            cancellationToken);
        if (standing.Length == 0)
        {
            return null;
        }

        var sums = await ReadSumsAsync(scope, cancellationToken);
        var answered = await scope.ListAsync(
            $"SELECT answered FROM unit_month WHERE {Match}", reader => reader.GetInt64(0), cancellationToken);
        var patterns = ImmutableSortedDictionary.CreateBuilder<string, SurchargeResult?>(StringComparer.Ordinal);
        var calls = 0;
        foreach (var (unitId, surcharge) in sums.Surcharges(policy))
        {
            ImmutableArray<PatternCall> split = [];
            if (surcharge?.SplitHour is { } hour)
            {
                split = await ReadHourAsync(scope, hour, unitId, cancellationToken);
                calls += split.Length;
            }

            patterns.Add(unitId, surcharge?.Complete(split));
        }

        return new StoredRatedMonth(
            scope.AccountId,
            RatedMonth.Of(scope.AccountId, scope.Month, sums, patterns.ToImmutable(), policy),
            sums,
            standing[0].Fingerprint,
            standing[0].Revision,
            answered.Sum(),
            sums.RowCount + answered.Length + standing.Length + calls,
            calls);
    }

    private static async Task<RatedSums> ReadSumsAsync(Scope scope, CancellationToken cancellationToken) => new(
        await scope.ListAsync(
            $"""
            SELECT unit_id, charge_kind, number_digits, calls, billable_seconds, charge_units FROM rated_charge
            WHERE {Match}
            """,
            reader => new ChargeSum(
                reader.GetString(0), StoredName<ChargeKind>.Parse(reader.GetString(1)), NumberOf(reader.GetInt64(2)),
                reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5)),
            cancellationToken),
        await scope.ListAsync(
            $"SELECT unit_id, state, unrated_reason, leaves_pattern_open, calls FROM rated_state WHERE {Match}",
            reader => new StateSum(
                reader.GetString(0), StoredName<RatingState>.Parse(reader.GetString(1)), ReasonOf(reader.GetString(2)),
                reader.GetInt64(3) != 0, reader.GetInt64(4)),
            cancellationToken),
        await scope.ListAsync(
            $"""
            SELECT unit_id, program, tier_a, tier_b, tier_c, unknown_tier, tier_c_seconds FROM rated_pattern
            WHERE {Match}
            """,
            reader => new PatternSum(
                reader.GetString(0), StoredName<PricingProgram>.Parse(reader.GetString(1)), reader.GetInt64(2),
                reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6)),
            cancellationToken),
        await scope.ListAsync(
            $"SELECT hour_us, unit_id, number_digits, calls, seconds FROM rated_tier_c_hour WHERE {Match}",
            reader => new TierCHour(
                reader.GetInstant(0), reader.GetString(1), NumberOf(reader.GetInt64(2)), reader.GetInt64(3),
                reader.GetInt64(4)),
            cancellationToken));

    private static Task<ImmutableArray<PatternCall>> ReadHourAsync(
        Scope scope, Instant hour, string unitId, CancellationToken cancellationToken)
    {
        var isUnit = unitId.Length > 0;
        return scope.ListAsync(
            isUnit ? $"{SelectTierC} AND unit_id = @unit_id" : SelectTierC,
            reader => new PatternCall(
                new CallIds(Calls.CallKey.FromOctets(reader.GetFieldValue<byte[]>(0)).ToString()),
                reader.GetInstant(2),
                NetworkTier.C,
                PricingProgram.FlatRate,
                reader.GetInt64(3),
                reader.GetString(1),
                NumberOf(reader.GetNullableInt64(4) ?? 0)),
            cancellationToken,
            [
                ("@from_us", hour.ToMicroseconds()),
                ("@to_us", (hour + Duration.FromHours(1)).ToMicroseconds()),
                .. isUnit ? [("@unit_id", (object)unitId)] : Array.Empty<(string, object)>(),
            ]);
    }

    private static UnratedReason? ReasonOf(string name) =>
        name.Length == 0 ? null : StoredName<UnratedReason>.Parse(name);

    private static PhoneNumber? NumberOf(long digits) => digits == 0 ? null
        : PhoneNumber.TryNormalize(string.Create(CultureInfo.InvariantCulture, $"+{digits}"), out var number) ? number
        : throw new StoredDataException("A stored number has not 1 to 15 digits.");

    private sealed record Scope(DbTransaction Transaction, string AccountId, ServiceMonth Month)
    {
        public async Task<ImmutableArray<T>> ListAsync<T>(
            string sql,
            Func<DbDataReader, T> read,
            CancellationToken cancellationToken,
            IEnumerable<(string Name, object Value)>? more = null)
        {
            await using var command = Transaction.Command(sql);
            command.AddParameter("@service_month", Month.ToString());
            command.AddParameter("@account_id", AccountId);
            foreach (var (name, value) in more ?? [])
            {
                command.AddParameter(name, value);
            }

            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var rows = ImmutableArray.CreateBuilder<T>();
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add(read(reader));
            }

            return rows.ToImmutable();
        }
    }
}
