//! Certificates by their encoding: most connections show the same few again, and reading one costs more than all the
//! rest of a handshake.

use std::rc::Rc;

use foldhash::HashMap;

use super::{Certificate, TlsFacts};

/// Bytes of encodings kept. When they are full all are forgotten, and read again where they come again.
const MAX_BYTES: usize = 4 << 20;

/// The certificates that were read so far.
#[derive(Debug, Clone, Default)]
pub struct Certificates {
    /// By encoding; nothing for what is no certificate.
    read: HashMap<Box<[u8]>, Option<Rc<Certificate>>>,
    bytes: usize,
}

impl Certificates {
    /// The certificate of a DER encoding; `None` where it is none.
    pub fn get(&mut self, der: Box<[u8]>) -> Option<Rc<Certificate>> {
        if let Some(known) = self.read.get(&der) {
            return known.clone();
        }
        if self.bytes + der.len() > MAX_BYTES {
            self.read.clear();
            self.bytes = 0;
        }
        self.bytes += der.len();
        let certificate = Certificate::parse(&der).map(Rc::new);
        self.read.insert(der, certificate.clone());
        certificate
    }
}

impl TlsFacts {
    /// Reads the certificates that were sent, now that the handshake is over.
    pub fn read_certificates(&mut self, known: &mut Certificates) {
        let [client, server] = std::mem::take(&mut self.sent_certificates);
        self.client_certificates.extend(client.into_iter().filter_map(|der| known.get(der)));
        self.certificates.extend(server.into_iter().filter_map(|der| known.get(der)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_none_each_time() {
        let mut known = Certificates::default();
        assert!(known.get(Box::from(*b"no DER")).is_none());
        assert!(known.get(Box::from(*b"no DER")).is_none());
        assert_eq!(known.bytes, 6);
    }

    #[test]
    fn the_bytes_kept_are_bounded() {
        let mut known = Certificates::default();
        for n in 0..10_u8 {
            known.get(vec![n; MAX_BYTES / 4].into());
            assert!(known.bytes <= MAX_BYTES && known.read.len() <= 4);
        }
    }
}
