using Microsoft.Extensions.Logging.Abstractions;
using VoiceQuality.Service.Policies;
using VoiceQuality.Service.Reference;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Storage;
using VoiceQuality.Storage.Policies;
using VoiceQuality.Storage.Rating;
using VoiceQuality.Storage.Reference;
using VoiceQuality.Storage.Usage;

namespace VoiceQuality.Service.Rating;

/// <summary>Usage for a command, which reads one database once.</summary>
/// <param name="Book">The accounts as they are stored.</param>
internal sealed record AccountSnapshot(AccountBook Book) : IAccountBookSource
{
    /// <summary>What puts imported and rated usage side by side.</summary>
    public UsageViews UsageOf(Database database, ReferenceDirectory references, TimeProvider time) => new(
        RatedOf(database, references), new UsageQueries(database), PoliciesOf(database), this, time);

    /// <summary>The reference data in force; whoever asks disposes it.</summary>
    public ReferenceDirectory ReferencesOf(Database database) => new(
        new ReferenceRepository(database), this, NullLogger<ReferenceDirectory>.Instance);

    private RatedUsages RatedOf(Database database, ReferenceDirectory references) => new(
        new RatingQueries(database), new RatingDirectory(references), PoliciesOf(database), this);

    private static PolicyDirectory PoliciesOf(Database database) => new(new PolicyRepository(database));
}
