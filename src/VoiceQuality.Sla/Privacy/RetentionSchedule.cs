using NodaTime;

namespace VoiceQuality.Sla.Privacy;

/// <summary>Kinds of records, by how long they are kept .</summary>
public enum RecordClass
{
    /// <summary>Approvals and notices: from the day on which they stop to apply.</summary>
    Consent,

    /// <summary>Marketing campaigns and their supervisory reviews.</summary>
    Campaign,

    /// <summary>Breaches: from discovery at least, kept from closure.</summary>
    Breach,

    /// <summary>Ledger and audit entries. They hold account ids and no number of a caller, and stay.</summary>
    Ledger,
}

/// <summary>How long records must be kept at least.</summary>
public static class RetentionSchedule
{
    /// <summary>The last day on which a record must still be there; null for what is never deleted.</summary>
    /// <param name="record">The kind of record.</param>
    /// <param name="from">The day from which the time runs.</param>
    public static LocalDate? KeepUntil(RecordClass record, LocalDate from) => record switch
    {
        RecordClass.Consent or RecordClass.Campaign => from.PlusYears(1),
        RecordClass.Breach => from.PlusYears(2),
        RecordClass.Ledger => null,
        _ => throw new ArgumentOutOfRangeException(nameof(record)),
    };
}
