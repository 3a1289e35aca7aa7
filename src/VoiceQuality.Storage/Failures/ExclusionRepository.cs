using System.Collections.Immutable;
using System.Data.Common;
using NodaTime;
using VoiceQuality.Sla.Outages;

namespace VoiceQuality.Storage.Failures;

/// <summary>Planned work on the software of a component.</summary>
/// <param name="MaintenanceId">Id.</param>
/// <param name="ComponentId">The component.</param>
/// <param name="AccountId">The account that the component is for.</param>
/// <param name="Window">The time that is announced.</param>
/// <param name="Description">What is done.</param>
/// <param name="Actor">Who planned it.</param>
/// <param name="RecordedAt">When that was recorded.</param>
public sealed record MaintenanceWindow(
    string MaintenanceId, string ComponentId, string AccountId, Interval Window, string Description, string Actor,
    Instant RecordedAt);

/// <summary>That a customer was told of planned work .</summary>
/// <param name="MaintenanceId">The work.</param>
/// <param name="AccountId">The customer.</param>
/// <param name="SentAt">When the notice was sent.</param>
/// <param name="SendRecord">Reference to the record of the sending.</param>
/// <param name="Actor">Who recorded it.</param>
/// <param name="RecordedAt">When that was.</param>
public sealed record NoticeReceipt(
    string MaintenanceId, string AccountId, Instant SentAt, string SendRecord, string Actor, Instant RecordedAt);

/// <summary>What happens to an exclusion after it was written.</summary>
public enum ExclusionStep
{
    /// <summary>A second person approved it .</summary>
    Approved,

    /// <summary>The legal department approved it .</summary>
    LegallyApproved,

    /// <summary>It was taken back.</summary>
    Withdrawn,
}

/// <summary>A step of an exclusion.</summary>
/// <param name="Step">What was done.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="RecordedAt">When.</param>
public sealed record ExclusionStepDone(ExclusionStep Step, string Actor, Instant RecordedAt);

/// <summary>An exclusion with all that happened to it.</summary>
/// <param name="ExclusionId">Id.</param>
/// <param name="AccountId">The account that the component is for.</param>
/// <param name="ComponentId">The component.</param>
/// <param name="Exclusion">What the rules decide on, approvals included.</param>
/// <param name="MaintenanceId">The planned work; null for another cause.</param>
/// <param name="Steps">What happened to it, in order.</param>
public sealed record StoredExclusion(
    string ExclusionId,
    string AccountId,
    string ComponentId,
    Exclusion Exclusion,
    string? MaintenanceId,
    ImmutableArray<ExclusionStepDone> Steps)
{
    /// <summary>Whether it was taken back.</summary>
    public bool IsWithdrawn => Steps.Any(step => step.Step == ExclusionStep.Withdrawn);
}

/// <summary>
/// Keeps exclusions, planned work and notices of it. Rows are added and never changed. Threads may share it.
/// </summary>
public sealed class ExclusionRepository(Database database)
{
    private const string SelectExclusions = """
        SELECT exclusion_id, account_id, component_id, cause, start_us, end_us, evidence, maintenance_id,
            is_providers_carrier, text_reference, author, recorded_at_us
        FROM exclusion
        """;

    /// <summary>Adds an exclusion that nobody has approved yet. It is on the disk when this returns.</summary>
    public Task AddAsync(StoredExclusion exclusion, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(exclusion);
        var said = exclusion.Exclusion;
        return ExecuteAsync(
            """
            INSERT INTO exclusion (exclusion_id, account_id, component_id, cause, start_us, end_us, evidence,
                maintenance_id, is_providers_carrier, text_reference, author, recorded_at_us)
            VALUES (@exclusion_id, @account_id, @component_id, @cause, @start_us, @end_us, @evidence,
                @maintenance_id, @is_providers_carrier, @text_reference, @author, @recorded_at_us)
            """,
            [
                ("@exclusion_id", exclusion.ExclusionId),
                ("@account_id", exclusion.AccountId),
                ("@component_id", exclusion.ComponentId),
                ("@cause", StoredName<ExclusionCause>.Of(said.Cause!.Value)),
                ("@start_us", said.Time.Start.ToMicroseconds()),
                ("@end_us", said.Time.End.ToMicroseconds()),
                ("@evidence", string.Join('\n', said.Evidence)),
                ("@maintenance_id", exclusion.MaintenanceId),
                ("@is_providers_carrier", said.IsProvidersCarrier ? 1 : 0),
                ("@text_reference", said.TextReference),
                ("@author", said.Author),
                ("@recorded_at_us", said.RecordedAt!.Value.ToMicroseconds()),
            ],
            cancellationToken);
    }

    /// <summary>Adds a step. It is on the disk when this returns.</summary>
    /// <returns>False when that step was done before, and nothing was changed.</returns>
    public Task<bool> AddStepAsync(string exclusionId, ExclusionStepDone step, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(step);
        return database.WriteDurablyAsync(
            async (_, transaction, token) =>
            {
                var name = StoredName<ExclusionStep>.Of(step.Step);
                await using (var known = transaction.Command(
                    "SELECT 1 FROM exclusion_step WHERE exclusion_id = @exclusion_id AND step = @step"))
                {
                    known.AddParameter("@exclusion_id", exclusionId);
                    known.AddParameter("@step", name);
                    if (await known.ExecuteScalarAsync(token) is not null)
                    {
                        return false;
                    }
                }

                await using var command = transaction.Command("""
                    INSERT INTO exclusion_step (exclusion_id, step, actor, recorded_at_us)
                    VALUES (@exclusion_id, @step, @actor, @recorded_at_us)
                    """);
                command.AddParameter("@exclusion_id", exclusionId);
                command.AddParameter("@step", name);
                command.AddParameter("@actor", step.Actor);
                command.AddParameter("@recorded_at_us", step.RecordedAt.ToMicroseconds());
                await command.ExecuteNonQueryAsync(token);
                return true;
            },
            cancellationToken);
    }

    /// <summary>An exclusion; null when there is none with this id.</summary>
    public async Task<StoredExclusion?> GetAsync(string exclusionId, CancellationToken cancellationToken)
    {
        var found = await ReadAsync(
            $"{SelectExclusions} WHERE exclusion_id = @exclusion_id", [("@exclusion_id", exclusionId)],
            cancellationToken);
        return found.Count == 0 ? null : found[0];
    }

    /// <summary>The exclusions of a component that touch [from, until], by start; withdrawn ones too.</summary>
    public Task<IReadOnlyList<StoredExclusion>> ListAsync(
        string componentId, Instant from, Instant until, CancellationToken cancellationToken) =>
        ReadAsync(
            $"""
            {SelectExclusions} WHERE component_id = @component_id AND start_us <= @until_us AND end_us > @from_us
            ORDER BY start_us, exclusion_id
            """,
            [
                ("@component_id", componentId),
                ("@from_us", from.ToMicroseconds()),
                ("@until_us", until.ToMicroseconds()),
            ],
            cancellationToken);

    /// <summary>Adds planned work. It is on the disk when this returns.</summary>
    public Task AddAsync(MaintenanceWindow window, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(window);
        return ExecuteAsync(
            """
            INSERT INTO maintenance_window (maintenance_id, component_id, account_id, start_us, end_us, description,
                actor, recorded_at_us)
            VALUES (@maintenance_id, @component_id, @account_id, @start_us, @end_us, @description, @actor,
                @recorded_at_us)
            """,
            [
                ("@maintenance_id", window.MaintenanceId),
                ("@component_id", window.ComponentId),
                ("@account_id", window.AccountId),
                ("@start_us", window.Window.Start.ToMicroseconds()),
                ("@end_us", window.Window.End.ToMicroseconds()),
                ("@description", window.Description),
                ("@actor", window.Actor),
                ("@recorded_at_us", window.RecordedAt.ToMicroseconds()),
            ],
            cancellationToken);
    }

    /// <summary>Adds the receipt of a notice. It is on the disk when this returns.</summary>
    public Task AddAsync(NoticeReceipt receipt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        return ExecuteAsync(
            """
            INSERT INTO maintenance_notice (maintenance_id, sequence, account_id, sent_at_us, send_record, actor,
                recorded_at_us)
            SELECT @maintenance_id, coalesce(max(sequence), 0) + 1, @account_id, @sent_at_us, @send_record, @actor,
                @recorded_at_us
            FROM maintenance_notice WHERE maintenance_id = @maintenance_id
            """,
            [
                ("@maintenance_id", receipt.MaintenanceId),
                ("@account_id", receipt.AccountId),
                ("@sent_at_us", receipt.SentAt.ToMicroseconds()),
                ("@send_record", receipt.SendRecord),
                ("@actor", receipt.Actor),
                ("@recorded_at_us", receipt.RecordedAt.ToMicroseconds()),
            ],
            cancellationToken);
    }

    /// <summary>Planned work; null when there is none with this id.</summary>
    public async Task<MaintenanceWindow?> GetMaintenanceAsync(
        string maintenanceId, CancellationToken cancellationToken)
    {
        var found = await ListMaintenanceAsync(
            "WHERE maintenance_id = @maintenance_id", [("@maintenance_id", maintenanceId)], cancellationToken);
        return found.Count == 0 ? null : found[0];
    }

    /// <summary>Planned work on a component, last first, at most 1,000.</summary>
    public Task<IReadOnlyList<MaintenanceWindow>> ListMaintenanceAsync(
        string componentId, CancellationToken cancellationToken) =>
        ListMaintenanceAsync(
            "WHERE component_id = @component_id ORDER BY start_us DESC, maintenance_id LIMIT 1000",
            [("@component_id", componentId)], cancellationToken);

    /// <summary>The notices of planned work, in the order of recording.</summary>
    public Task<IReadOnlyList<NoticeReceipt>> ListNoticesAsync(
        string maintenanceId, CancellationToken cancellationToken) =>
        database.ReadListAsync(
            """
            SELECT maintenance_id, account_id, sent_at_us, send_record, actor, recorded_at_us FROM maintenance_notice
            WHERE maintenance_id = @maintenance_id ORDER BY sequence
            """,
            [("@maintenance_id", maintenanceId)],
            reader => new NoticeReceipt(
                reader.GetString(0), reader.GetString(1), reader.GetInstant(2), reader.GetString(3),
                reader.GetString(4),
                reader.GetInstant(5)),
            cancellationToken);

    private Task<IReadOnlyList<MaintenanceWindow>> ListMaintenanceAsync(
        string where, (string, object?)[] parameters, CancellationToken cancellationToken) =>
        database.ReadListAsync(
            $"""
            SELECT maintenance_id, component_id, account_id, start_us, end_us, description, actor, recorded_at_us
            FROM maintenance_window {where}
            """,
            parameters,
            reader => new MaintenanceWindow(
                reader.GetString(0),
                reader.GetString(1),
                reader.GetString(2),
                new Interval(reader.GetInstant(3), reader.GetInstant(4)),
                reader.GetString(5),
                reader.GetString(6),
                reader.GetInstant(7)),
            cancellationToken);

    private async Task<IReadOnlyList<StoredExclusion>> ReadAsync(
        string sql, (string, object?)[] parameters, CancellationToken cancellationToken)
    {
        var found = new List<StoredExclusion>();
        foreach (var exclusion in await database.ReadListAsync(sql, parameters, Read, cancellationToken))
        {
            found.Add(await CompleteAsync(exclusion, cancellationToken));
        }

        return found;
    }

    private async Task<StoredExclusion> CompleteAsync(StoredExclusion exclusion, CancellationToken cancellationToken)
    {
        var steps = await database.ReadListAsync(
            """
            SELECT step, actor, recorded_at_us FROM exclusion_step WHERE exclusion_id = @exclusion_id
            ORDER BY recorded_at_us, step
            """,
            [("@exclusion_id", exclusion.ExclusionId)],
            reader => new ExclusionStepDone(
                StoredName<ExclusionStep>.Parse(reader.GetString(0)), reader.GetString(1), reader.GetInstant(2)),
            cancellationToken);
        string? By(ExclusionStep step) => steps.FirstOrDefault(one => one.Step == step)?.Actor;
        return exclusion with
        {
            Steps = [.. steps],
            Exclusion = exclusion.Exclusion with
            {
                ApprovedBy = By(ExclusionStep.Approved),
                LegalApprover = By(ExclusionStep.LegallyApproved),
                Notice = exclusion.MaintenanceId is { } maintenance
                    ? await NoticeOfAsync(maintenance, exclusion.AccountId, cancellationToken)
                    : null,
            },
        };
    }

    /// <summary>
    /// The first notice that this customer was sent; of none, any other, which the rules then refuse.
    /// </summary>
    private async Task<MaintenanceNotice?> NoticeOfAsync(
        string maintenanceId, string accountId, CancellationToken cancellationToken)
    {
        var window = await GetMaintenanceAsync(maintenanceId, cancellationToken);
        var receipt = (await ListNoticesAsync(maintenanceId, cancellationToken))
            .OrderBy(one => one.AccountId != accountId).ThenBy(one => one.SentAt).FirstOrDefault();
        return window is null || receipt is null
            ? null
            : new MaintenanceNotice(receipt.AccountId, receipt.SentAt, receipt.SendRecord, window.Window);
    }

    private static StoredExclusion Read(DbDataReader reader) => new(
        reader.GetString(0),
        reader.GetString(1),
        reader.GetString(2),
        new Exclusion
        {
            Cause = StoredName<ExclusionCause>.Parse(reader.GetString(3)),
            Time = new Interval(reader.GetInstant(4), reader.GetInstant(5)),
            Evidence = [.. reader.GetString(6).Split('\n', StringSplitOptions.RemoveEmptyEntries)],
            IsProvidersCarrier = reader.GetInt64(8) == 1,
            TextReference = reader.GetNullableString(9),
            Author = reader.GetString(10),
            RecordedAt = reader.GetInstant(11),
        },
        reader.GetNullableString(7),
        []);

    private Task<int> ExecuteAsync(
        string sql, (string Name, object? Value)[] parameters, CancellationToken cancellationToken) =>
        database.WriteDurablyAsync(
            async (_, transaction, token) =>
            {
                await using var command = transaction.Command(sql);
                foreach (var (name, value) in parameters)
                {
                    command.AddParameter(name, value);
                }

                return await command.ExecuteNonQueryAsync(token);
            },
            cancellationToken);
}
