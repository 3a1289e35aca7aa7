using VoiceQuality.Monitor.Calls;
using VoiceQuality.Protocols.Network;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Accounts;

namespace VoiceQuality.Service.Ingest;

/// <summary>The account book in force and the resolver made of it: one snapshot, replaced whole.</summary>
internal sealed class AccountDirectory : IAccountBookSource
{
    private volatile Snapshot _current = new(AccountBook.Empty, new UnitResolver(AccountBook.Empty));

    public AccountBook Book => _current.Book;

    /// <summary>Header fields that rules look at, in lower case.</summary>
    public static IReadOnlyList<string> HeadersOf(AccountBook book) =>
        [.. book.Rules.Select(rule => rule.Match).OfType<UnitMatch.Header>()
            .Select(header => header.Name.ToLowerInvariant()).Distinct().Order(StringComparer.Ordinal)];

    public void Replace(AccountBook book) => _current = new Snapshot(book, new UnitResolver(book));

    /// <summary>The unit of a call, and the book that says so.</summary>
    public (UnitResolution Resolution, AccountBook Book) Resolve(CallRecord call)
    {
        var current = _current;
        return (current.Resolver.Resolve(FactsOf(call)), current.Book);
    }

    private static CallFacts FactsOf(CallRecord call) => new()
    {
        SignallingSource = AddressOf(call.SignallingSource),
        SignallingDestination = AddressOf(call.SignallingDestination),
        CallerNumber = call.Caller,
        CalleeNumber = call.Callee,
        CallerDomain = call.CallerDomain,
        CalleeDomain = call.CalleeDomain,
        RequestDomain = call.RequestDomain,
        Headers = new Dictionary<string, string>(call.Headers, StringComparer.OrdinalIgnoreCase),
    };

    internal static SignallingAddress? AddressOf(IpEndpoint endpoint)
    {
        Span<byte> octets = stackalloc byte[16];
        var length = endpoint.Address.CopyTo(octets);
        return SignallingAddress.TryCreate(octets[..length], out var address) ? address : null;
    }

    private sealed record Snapshot(AccountBook Book, UnitResolver Resolver);
}
