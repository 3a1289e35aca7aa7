using System.Collections.Frozen;
using System.Collections.Immutable;
using VoiceQuality.Sla.Accounts;

namespace VoiceQuality.Sla.Reference;

/// <summary>
/// Finds who has a signalling address: one look-up for each prefix length that occurs, whatever the number of entries.
/// </summary>
internal sealed class AddressTable<T>
    where T : class
{
    private readonly ImmutableArray<int> _lengths;
    private readonly FrozenDictionary<IpPrefix, ImmutableArray<(T Owner, int? Port)>> _owners;

    public AddressTable(IEnumerable<T> owners, Func<T, ImmutableArray<SignallingRange>> rangesOf)
    {
        _owners = owners.SelectMany(owner => rangesOf(owner).Select(range => (Owner: owner, Range: range)))
            .GroupBy(pair => pair.Range.Prefix)
            .ToFrozenDictionary(
                group => group.Key, group => group.Select(pair => (pair.Owner, pair.Range.Port)).ToImmutableArray());
        _lengths = [.. _owners.Keys.Select(prefix => prefix.Length).Distinct().OrderDescending()];
    }

    /// <summary>Everyone with a block that holds the address, whatever the port.</summary>
    public IEnumerable<T> Candidates(SignallingAddress? address)
    {
        if (address is not { } known)
        {
            yield break;
        }

        foreach (var length in _lengths)
        {
            if (_owners.TryGetValue(PrefixOf(known, length), out var owners))
            {
                foreach (var (owner, _) in owners)
                {
                    yield return owner;
                }
            }
        }
    }

    /// <summary>
    /// The owner of the smallest block that counts; of one block, the owner of the port before the owner of all ports.
    /// Null for none, and when several are equally near.
    /// </summary>
    public T? Find(SignallingAddress address, int? port, Func<T, bool> counts)
    {
        foreach (var length in _lengths)
        {
            if (!_owners.TryGetValue(PrefixOf(address, length), out var owners))
            {
                continue;
            }

            var matching = owners
                .Where(pair => counts(pair.Owner) && (pair.Port is null || port is null || pair.Port == port)).ToList();
            var nearest = port is not null && matching.Any(pair => pair.Port == port)
                ? matching.Where(pair => pair.Port == port)
                : matching;
            var found = nearest.Select(pair => pair.Owner).Distinct().Take(2).ToList();
            if (found.Count > 0)
            {
                return found.Count == 1 ? found[0] : null;
            }
        }

        return null;
    }

    private static IpPrefix PrefixOf(SignallingAddress address, int length) =>
        new(address.Bits & IpPrefix.Mask(length), length);
}
