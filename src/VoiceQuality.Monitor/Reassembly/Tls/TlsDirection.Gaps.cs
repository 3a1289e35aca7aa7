using System.Buffers.Binary;
using VoiceQuality.Protocols.Tls;

namespace VoiceQuality.Monitor.Reassembly.Tls;

/// <content>
/// Goes on behind octets that the capture lost: each record is authenticated with its number, so that the next one that
/// its keys open with one of the numbers that it may have tells where the direction is.
/// </content>
internal sealed partial class TlsDirection
{
    /// <summary>The shortest record that has content: a header, a tag and something between.</summary>
    private const int ShortestRecord = TlsRecordCipher.HeaderLength + 17;

    /// <summary>Most records that may be missing in one place: with more of them, trying costs too much.</summary>
    private const int MaxMissing = 1_024;

    /// <summary>Records that are tried with some number before the place is given up for lost.</summary>
    private const int MaxTries = 16_384;

    /// <summary>Octets left of a record whose beginning is known and whose middle is missing.</summary>
    private long _toSkip;

    /// <summary>How many records may be missing; 0 when it is known which comes next.</summary>
    private int _mayBeMissing;

    /// <summary>Whether it is not known where the next record begins.</summary>
    private bool _isSearching;

    /// <summary>Octets that were searched: a record that lies in them is none of the direction.</summary>
    private int _searched;

    /// <summary>Where the first of what may be records ends that reach beyond the octets; no place without one.</summary>
    private int _nearestEnd = int.MaxValue;

    private bool _hasMissed;
    private int _tries;

    private void PassOver(long missing)
    {
        if (_connection.Ended is not null)
        {
            return;
        }

        if (_connection.Version == 0 || IsWaiting)
        {
            // Without both hellos, or within what waits for its secret, nothing tells the place.
            _connection.End(TlsEndReason.PlaceLost);
            return;
        }

        _hasMissed = true;
        Sip.Miss();
        var left = _toSkip;
        if (_octets.Length >= TlsRecordCipher.HeaderLength && !_isSearching)
        {
            left = TlsRecordCipher.HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(_octets.AsSpan(3)) - _octets.Length;
        }

        _octets = [];
        (_searched, _nearestEnd) = (0, int.MaxValue);
        _isSearching |= left < missing;
        _toSkip = Math.Max(0, left - missing);
        _mayBeMissing = (int)Math.Min(MaxMissing, _mayBeMissing + 2 + (missing / ShortestRecord));
    }

    /// <summary>
    /// Looks for a record that the keys open, anywhere. What is encrypted looks like the header of a record now and
    /// then, and of one that is longer than what follows: so nothing waits for the rest of one before others are tried.
    /// </summary>
    /// <returns>What is behind the record that was found, or may yet begin one.</returns>
    private Span<byte> Search(Span<byte> octets)
    {
        // Until one that waits has come to its end, only what is new can begin one: not all is searched for each segment.
        var onlyNew = octets.Length < _nearestEnd;
        int? unfinished = onlyNew && _nearestEnd < int.MaxValue ? 0 : null;
        var nearestEnd = onlyNew ? _nearestEnd : int.MaxValue;
        var at = onlyNew ? Math.Max(0, _searched - TlsRecordCipher.HeaderLength + 1) : 0;
        for (; _connection.Ended is null && octets.Length - at >= TlsRecordCipher.HeaderLength; at++)
        {
            if (!MayBeginProtected(octets[at..]))
            {
                continue;
            }

            var header = octets.Slice(at, TlsRecordCipher.HeaderLength);
            var end = at + header.Length + BinaryPrimitives.ReadUInt16BigEndian(header[3..]);
            if (end > octets.Length)
            {
                unfinished ??= at;
                nearestEnd = Math.Min(nearestEnd, end);
            }
            else if (end > _searched && TryFindPlace(header, octets[(at + header.Length)..end]))
            {
                (_searched, _nearestEnd) = (0, int.MaxValue);
                return octets[end..];
            }
        }

        var from = unfinished ?? at;
        _searched = octets.Length - from;
        _nearestEnd = nearestEnd == int.MaxValue ? nearestEnd : nearestEnd - from;
        return octets[from..];
    }

    // RFC 5246 §6.2.1, RFC 8446 §5.2: what is protected says version 3.3, in TLS 1.3 too.
    private static bool MayBeginProtected(ReadOnlySpan<byte> octets) => IsHeader(octets) && octets[2] == 3;

    /// <summary>Whether a record is one of the direction, and which.</summary>
    private bool TryFindPlace(ReadOnlySpan<byte> header, ReadOnlySpan<byte> body)
    {
        var is13 = _connection.Version == TlsHello.Tls13;
        if (header[0] != ApplicationData)
        {
            // It may be in the clear or have a number.
            _mayBeMissing = Math.Min(MaxMissing, _mayBeMissing + 1);
            return false;
        }

        if (!(is13 ? HasCipher13() : HasCipher12()) || _cipher is null)
        {
            _connection.End(TlsEndReason.NoSecret);
            return false;
        }

        if (TryNumbers(header, body, out var length, out var type))
        {
            GoOn();
            if (is13)
            {
                TakeInner(_connection.Plain.AsSpan(0, length), type);
            }
            else
            {
                TakeOpened12(_connection.Plain.AsSpan(0, length), type);
            }

            return true;
        }

        if (is13 && TryNextKeys(header, body, out length, out type))
        {
            GoOn();
            TakeInner(_connection.Plain.AsSpan(0, length), type);
            return true;
        }

        _mayBeMissing = Math.Min(MaxMissing, _mayBeMissing + (_isSearching ? 0 : 1));
        return false;
    }

    private void GoOn()
    {
        (_mayBeMissing, _isSearching, _tries) = (0, false, 0);
        (_isHelloOver, _isEncrypted) = (true, _connection.Version == TlsHello.Tls12);
        _records = MaxHandshakeRecords;
        _connection.Resumed++;
    }

    private bool TryNumbers(ReadOnlySpan<byte> header, ReadOnlySpan<byte> body, out int length, out byte type)
    {
        for (var i = 0; i <= _mayBeMissing; i++)
        {
            if (++_tries > MaxTries)
            {
                _connection.End(TlsEndReason.PlaceLost);
                break;
            }

            if (_cipher!.TryOpen(header, body, _sequence + (ulong)i, _connection.Plain, out length, out type))
            {
                _sequence += (ulong)i + 1;
                return true;
            }
        }

        (length, type) = (0, 0);
        return false;
    }

    // A KeyUpdate may be among what is missing.
    private bool TryNextKeys(ReadOnlySpan<byte> header, ReadOnlySpan<byte> body, out int length, out byte type)
    {
        var (cipher, secret, sequence) = (_cipher, _secret, _sequence);
        _cipher = null;
        GoToNextKeys();
        if (TryNumbers(header, body, out length, out type))
        {
            cipher!.Dispose();
            return true;
        }

        _cipher?.Dispose();
        (_cipher, _secret, _sequence) = (cipher, secret, sequence);
        return false;
    }
}
